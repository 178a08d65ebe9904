package folder

import (
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/jsign-jp/jsign/internal/lang"
)

// DefaultTemplate gives an output the name of its input.
const DefaultTemplate = "{dir}/{name}{suffix}"

// Template names outputs. Its placeholders are {dir}, the folders of the input's
// Name ("." for none); {name}, its last element; {stem} and {ext}, the two parts
// of that; and {suffix}, what the kind of output adds.
type Template string

// ParseTemplate checks a template: it names a file in the output folder, and a
// different one for each {name}, or {stem}.
func ParseTemplate(text string) (Template, error) {
	t := Template(text)
	rest := strings.NewReplacer("{dir}", "", "{name}", "", "{stem}", "", "{ext}", "", "{suffix}", "").Replace(text)
	sample := t.expand("a/b.c", ".s")
	if strings.ContainsAny(rest, "{}") || !strings.Contains(text, "{name}") && !strings.Contains(text, "{stem}") ||
		strings.HasSuffix(sample, "/") || !filepath.IsLocal(filepath.FromSlash(sample)) {
		return "", lang.WithHint(lang.Errorf("%q does not name outputs", "%qは出力名として使えません", text),
			"placeholders: {dir} {name} {stem} {ext} {suffix}; {name} or {stem} is needed", "使える記号: {dir} {name} {stem} {ext} {suffix}。{name} か {stem} が必要です")
	}
	return t, nil
}

// Output returns the name, relative and with slashes, of the output for the
// input called name. suffix is that of the kind (".p7s").
func (t Template) Output(name, suffix string) (string, error) {
	output := path.Clean(t.expand(name, suffix))
	if !filepath.IsLocal(filepath.FromSlash(output)) {
		return "", lang.Errorf("%s would be written outside the output folder", "%sの出力先が出力フォルダーの外になります", lang.Display(name))
	}
	if runtime.GOOS == "windows" && losesItsEnd(output) {
		return "", lang.WithHint(lang.Errorf("Windows drops the dot or space that ends the output's name %s", "出力名%sの末尾のドットまたは空白はWindowsで失われます", lang.Display(output)),
			"choose another --output-name", "別の--output-nameを指定してください")
	}
	return output, nil
}

// losesItsEnd reports whether Windows gives a file of that name another one, which
// may be another document's.
func losesItsEnd(output string) bool {
	for element := range strings.SplitSeq(output, "/") {
		if element != strings.TrimRight(element, ". ") {
			return true
		}
	}
	return false
}

func (t Template) expand(name, suffix string) string {
	base := path.Base(name)
	ext := path.Ext(base)
	return strings.NewReplacer("{dir}", path.Dir(name), "{name}", base, "{stem}", strings.TrimSuffix(base, ext),
		"{ext}", ext, "{suffix}", suffix).Replace(string(t))
}
