package report

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// TestMembersAreDocumented: docs/report.md names the members of the JSON, no others, and
// tells which may be left out.
func TestMembersAreDocumented(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "report.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, object, _ := strings.Cut(string(text), "## The object\n")
	object, signatures, _ := strings.Cut(object, "## Each of `signatures`\n")
	signatures, parts, found := strings.Cut(signatures, "## The parts\n")
	if !found {
		t.Fatal("a section is missing")
	}
	documented := map[string]map[string]bool{"document": membersOfRows(object), "signature": membersOfRows(signatures), "policy": {"name": false, "revocationRequired": false}}
	for part, members := range membersOfParts(parts) {
		documented[part] = members
	}
	for name, x := range map[string]reflect.Type{
		"document": reflect.TypeFor[document](), "policy": reflect.TypeFor[policy](), "signature": reflect.TypeFor[signature](),
		"certificate": reflect.TypeFor[certificate](), "finding": reflect.TypeFor[finding](), "rule": reflect.TypeFor[rule](),
		"timestamp": reflect.TypeFor[timestamp](), "evidence": reflect.TypeFor[evidence](), "source": reflect.TypeFor[source](),
	} {
		if want := membersOf(x); !reflect.DeepEqual(documented[name], want) {
			t.Errorf("%s: docs/report.md has %v, the report %v", name, documented[name], want)
		}
		delete(documented, name)
	}
	if len(documented) > 0 {
		t.Errorf("documented and not there: %v", documented)
	}
}

// membersOf lists the members of an object, and which of them may be left out.
func membersOf(x reflect.Type) map[string]bool {
	members := make(map[string]bool)
	for i := range x.NumField() {
		name, options, _ := strings.Cut(x.Field(i).Tag.Get("json"), ",")
		members[name] = options == "omitempty"
	}
	return members
}

var quoted = regexp.MustCompile("`([A-Za-z]+)`(\\??)")

// membersOfRows reads a table of a row or more members each.
func membersOfRows(text string) map[string]bool {
	members := make(map[string]bool)
	for _, row := range rowsOf(text) {
		optional := strings.Contains(row[1], "if any") || strings.Contains(row[1], "if known") || strings.Contains(row[1], "with `--profile`")
		for _, m := range quoted.FindAllStringSubmatch(row[0], -1) {
			members[m[1]] = optional
		}
	}
	return members
}

var parenthesis = regexp.MustCompile(`\([^)]*\)`)

// membersOfParts reads a table of a part each row.
func membersOfParts(text string) map[string]map[string]bool {
	parts := make(map[string]map[string]bool)
	for _, row := range rowsOf(text) {
		members := make(map[string]bool)
		for _, m := range quoted.FindAllStringSubmatch(parenthesis.ReplaceAllString(row[1], ""), -1) {
			members[m[1]] = m[2] == "?"
		}
		parts[row[0]] = members
	}
	return parts
}

// rowsOf lists the cells of a table's rows below its head.
func rowsOf(text string) (rows [][2]string) {
	for line := range strings.Lines(text) {
		cells := strings.SplitN(strings.Trim(strings.TrimSpace(line), "|"), "|", 2)
		if len(cells) == 2 && strings.HasPrefix(line, "|") {
			rows = append(rows, [2]string{strings.TrimSpace(cells[0]), strings.TrimSpace(cells[1])})
		}
	}
	return rows[min(2, len(rows)):]
}
