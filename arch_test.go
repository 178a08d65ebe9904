// House rules that a machine can hold: direction of imports, what no package
// may do, and that every sentence exists in both languages with the same verbs.
// The files are parsed in this process, so that the test cache sees every change
// and the files of other systems are held to the rules too.
package jsign_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/jsign-jp/jsign"

// layers holds every package and its layer. Imports go down: to a lower layer,
// or to a package that the exceptions name. A new package needs a row.
var layers = map[string]int{
	"cmd/jsign":                 7,
	"cmd/jverify":               7,
	"internal/report":           5,
	"internal/cli":              5,
	"internal/ledger":           5,
	"internal/evidence":         5,
	"internal/inspect":          6,
	"internal/bundle":           5,
	"internal/batch":            5,
	"internal/batch/rules":      4,
	"internal/progress":         1,
	"sign":                      4,
	"verify":                    4,
	"internal/keys/jpkikey":     3,
	"internal/keys/emulatorkey": 3,
	"internal/keys/keeper":      3,
	"internal/keys/pemkey":      3,
	"internal/keys/pkcs12key":   3,
	"cardio/cardtest":           3,
	"internal/pades":            2,
	"internal/tsp":              2,
	"internal/tsp/tsptest":      3,
	"internal/keys":             2,
	"cardio/pcsc":               2,
	"cardio/jpki":               2,
	"cardio/emulator":           2,
	"internal/cms":              1,
	"internal/pdf":              1,
	"internal/identity":         1,
	"internal/folder":           1,
	"trust":                     1,
	"revocation":                2,
	"revocation/online":         3,
	"revocation/ocsptest":       3,
	"cardio":                    1,
	"internal/der":              0,
	"internal/durable":          0,
	"internal/lang":             0,
	"internal/term":             0,
	"internal/workload":         0,
	"testdata/ca":               0,
}

// exceptions are imports that do not go down, each with its reason.
var exceptions = map[[2]string]string{
	{"internal/durable", "internal/lang"}:                  "lang is below everything",
	{"internal/term", "internal/lang"}:                     "lang is below everything",
	{"internal/der", "internal/lang"}:                      "lang is below everything",
	{"internal/keys/emulatorkey", "internal/keys/jpkikey"}: "the emulated card goes the real card's way",
}

// forbidden imports of code that is not a test: package prefix -> reason.
var forbidden = map[string]string{
	"os/exec": "no other program is started",
	"log":     "nothing is logged behind the caller's back",
	"testing": "tests stay in tests",
	"unsafe":  "only the PC/SC binding needs it",
	"plugin":  "no code is loaded",
}

// exempt packages may import what forbidden names.
var exempt = map[[2]string]string{
	{"cardio/pcsc", "unsafe"}:           "C structures of the PC/SC library",
	{"cardio/cardtest", "os/exec"}:      "starts the tests' own pcscd",
	{"internal/tsp/tsptest", "os/exec"}: "starts the tests' own openssl",
	{"internal/tsp/tsptest", "testing"}: "is an authority for tests",
	{"cardio/cardtest", "testing"}:      "is a test suite",
	{"internal/workload", "testing"}:    "bounds what tests do",
}

type source struct {
	pkg  string // folder, slash-separated
	name string
	file *ast.File
	test bool
}

func sources(t *testing.T) (*token.FileSet, []source) {
	t.Helper()
	fset := token.NewFileSet()
	var all []source
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (name != "." && strings.HasPrefix(d.Name(), ".") || d.Name() == "bin" || d.Name() == "dist") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		all = append(all, source{path.Dir(name), name, file, strings.HasSuffix(name, "_test.go")})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("found only %d Go files: not the repository's root?", len(all))
	}
	return fset, all
}

func imports(file *ast.File) (paths []string) {
	for _, spec := range file.Imports {
		p, _ := strconv.Unquote(spec.Path.Value)
		paths = append(paths, p)
	}
	return paths
}

func TestImportsGoDown(t *testing.T) {
	_, files := sources(t)
	for _, f := range files {
		if f.test || f.pkg == "." {
			continue
		}
		from, ok := layers[owner(f.pkg)]
		if !ok {
			t.Errorf("%s: package %s has no layer", f.name, f.pkg)
			continue
		}
		for _, imported := range imports(f.file) {
			checkImport(t, f, from, imported)
		}
	}
}

// owner returns the package that a nested package is a part of: a/internal/b
// belongs to a, and so does the generator of the test PKI.
func owner(pkg string) string {
	if strings.HasPrefix(pkg, "testdata/ca/") {
		return "testdata/ca"
	}
	if i := strings.Index(pkg, "/internal/"); i > 0 {
		return pkg[:i]
	}
	return pkg
}

func checkImport(t *testing.T, f source, from int, imported string) {
	t.Helper()
	if reason, ok := forbidden[imported]; ok && exempt[[2]string{f.pkg, imported}] == "" {
		t.Errorf("%s imports %s: %s", f.name, imported, reason)
	}
	to, inside := strings.CutPrefix(imported, module+"/")
	if !inside || owner(to) == owner(f.pkg) && to != f.pkg {
		return
	}
	layer, ok := layers[to]
	if exceptions[[2]string{f.pkg, to}] == "" && (!ok || layer >= from) {
		t.Errorf("%s (layer %d) imports %s (layer %d)", f.name, from, to, layer)
	}
}

// closure returns every package of the module that pkg reaches.
func closure(files []source, pkg string) map[string]bool {
	reached := map[string]bool{}
	var walk func(string)
	walk = func(pkg string) {
		if reached[pkg] {
			return
		}
		reached[pkg] = true
		for _, f := range files {
			if f.pkg != pkg || f.test {
				continue
			}
			for _, imported := range imports(f.file) {
				if to, ok := strings.CutPrefix(imported, module+"/"); ok {
					walk(to)
				}
			}
		}
	}
	walk(pkg)
	return reached
}

func TestAVerifierCannotTouchAPIN(t *testing.T) {
	_, files := sources(t)
	for pkg := range closure(files, "cmd/jverify") {
		if pkg == "sign" || pkg == "cardio" || strings.HasPrefix(pkg, "cardio/") || strings.HasPrefix(pkg, "internal/keys") {
			t.Errorf("cmd/jverify reaches %s", pkg)
		}
	}
}

func TestTheEmulatorIsIndependent(t *testing.T) {
	_, files := sources(t)
	for pkg := range closure(files, "cardio/emulator") {
		switch pkg {
		case "cardio/emulator", "cardio", "internal/lang", "testdata/ca":
		default:
			t.Errorf("cardio/emulator reaches %s: both sides would share the same mistake", pkg)
		}
	}
}

func TestNoHiddenControlFlow(t *testing.T) {
	fset, files := sources(t)
	for _, f := range files {
		if f.test {
			continue
		}
		ast.Inspect(f.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Name.Name == "init" && n.Recv == nil {
					t.Errorf("%v: no init functions", fset.Position(n.Pos()))
				}
			case *ast.SelectorExpr:
				x, ok := n.X.(*ast.Ident)
				if ok && x.Name == "os" && n.Sel.Name == "Exit" && path.Base(f.name) != "main.go" {
					t.Errorf("%v: os.Exit outside main", fset.Position(n.Pos()))
				}
			}
			return true
		})
	}
}

func TestEveryDependencyHasItsReason(t *testing.T) {
	gomod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	direct := 0
	for line := range strings.Lines(string(gomod)) {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(fields) < 2 || !strings.Contains(fields[0], "/") || strings.Contains(line, "// indirect") || fields[0] == "module" {
			continue
		}
		direct++
		if !strings.Contains(string(doc), fields[0]) {
			t.Errorf("ARCHITECTURE.md gives no reason for %s", fields[0])
		}
	}
	if direct == 0 {
		t.Error("no direct dependency found in go.mod")
	}
}

var verb = regexp.MustCompile(`%[-+# 0]*[\d.]*(\[\d+\])?[\d.]*([a-zA-Z%])`)

// verbs returns the arguments a format uses, in order: "1v", "2d".
func verbs(format string) (used []string) {
	next := 1
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[2] == "%" {
			continue
		}
		if m[1] != "" {
			next, _ = strconv.Atoi(strings.Trim(m[1], "[]"))
		}
		used = append(used, strconv.Itoa(next))
		next++
	}
	slices.Sort(used)
	return slices.Compact(used)
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	fset, files := sources(t)
	first := map[string]int{"Errorf": 0, "M": 0, "WithHint": 1} // position of the English format
	pairs := 0
	for _, f := range files {
		if f.test {
			continue
		}
		ast.Inspect(f.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			i, known := first[sel.Sel.Name]
			if !ok || x.Name != "lang" || !known || len(call.Args) < i+2 {
				return true
			}
			en, okEN := constant(call.Args[i])
			ja, okJA := constant(call.Args[i+1])
			if !okEN || !okJA {
				return true
			}
			pairs++
			where := fset.Position(call.Pos())
			if ja == "" || en == "" {
				t.Errorf("%v: a language is missing", where)
			}
			// Indexes say that one language needs other arguments than the other.
			indexed := strings.Contains(en, "%[") && strings.Contains(ja, "%[")
			if !indexed && !slices.Equal(verbs(en), verbs(ja)) {
				t.Errorf("%v: %q and %q do not use the same arguments", where, en, ja)
			}
			return true
		})
	}
	if pairs < 10 {
		t.Errorf("only %d messages found: the test no longer sees them", pairs)
	}
}

// constant returns the value of a string literal, or of literals joined by +.
func constant(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		a, okA := constant(e.X)
		b, okB := constant(e.Y)
		return a + b, okA && okB
	}
	return "", false
}

// shape is what two translations of one text have in common: headings, table
// rows, list items and code lines, in order.
func shape(t *testing.T, name string) (lines []string) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	code := false
	for line := range strings.Lines(string(b)) {
		switch {
		case strings.HasPrefix(line, "```"):
			code = !code
			lines = append(lines, "```")
		case code:
			command, _, _ := strings.Cut(line, "#")
			if strings.HasPrefix(command, "$") || strings.HasPrefix(command, "j") || strings.HasPrefix(command, "make") {
				lines = append(lines, strings.TrimSpace(command))
			}
		case strings.HasPrefix(line, "#"):
			lines = append(lines, strings.Repeat("#", len(line)-len(strings.TrimLeft(line, "#"))))
		case strings.HasPrefix(line, "|"):
			lines = append(lines, "|"+untranslated(strings.Split(line, "|")[1]))
		case strings.HasPrefix(line, "- "):
			lines = append(lines, "-")
		}
	}
	return lines
}

// untranslated is what of a row's first cell is the same in every language: code, or
// a number and what follows it.
func untranslated(cell string) string {
	if codes := codeSpan.FindAllString(cell, -1); codes != nil {
		return strings.Join(codes, " ")
	}
	if number := strings.TrimSpace(cell); numbered.MatchString(number) {
		return number
	}
	return ""
}

var (
	codeSpan = regexp.MustCompile("`[^`]+`")
	numbered = regexp.MustCompile(`^\d[ -~]*$`)
)

// Documents that are for those who work on jsign, in English alone.
var engineering = []string{"docs/interop.md", "docs/performance.md"}

func TestDocumentsAreInBothLanguages(t *testing.T) {
	documents, err := filepath.Glob("docs/*.md")
	if err != nil || len(documents) < 10 {
		t.Fatalf("%d documents, %v", len(documents), err)
	}
	for _, name := range append(documents, "README.md") {
		if strings.HasSuffix(name, ".ja.md") || slices.Contains(engineering, name) {
			continue
		}
		t.Run(name, func(t *testing.T) { compareShapes(t, name, strings.TrimSuffix(name, ".md")+".ja.md") })
	}
}

func compareShapes(t *testing.T, english, japanese string) {
	t.Helper()
	en, ja := shape(t, english), shape(t, japanese)
	if len(en) < 10 {
		t.Fatalf("%s has only %d lines with a shape", english, len(en))
	}
	for i := range min(len(en), len(ja)) {
		if en[i] != ja[i] {
			t.Fatalf("they part at %q (English) and %q (Japanese)", en[i], ja[i])
		}
	}
	if len(en) != len(ja) {
		t.Errorf("%d lines in English, %d in Japanese", len(en), len(ja))
	}
}
