package report

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestMembersAreDocumented: docs/report.md names every member of the JSON.
func TestMembersAreDocumented(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "report.md"))
	if err != nil {
		t.Fatal(err)
	}
	members := make(map[string]bool)
	collect(reflect.TypeFor[document](), members)
	if len(members) < 40 {
		t.Fatalf("only %d members", len(members))
	}
	for name := range members {
		if !strings.Contains(string(text), "`"+name+"`") {
			t.Errorf("docs/report.md does not name %q", name)
		}
	}
}

func collect(x reflect.Type, members map[string]bool) {
	for x.Kind() == reflect.Pointer || x.Kind() == reflect.Slice {
		x = x.Elem()
	}
	if x.Kind() != reflect.Struct {
		return
	}
	for i := range x.NumField() {
		name, _, _ := strings.Cut(x.Field(i).Tag.Get("json"), ",")
		members[name] = true
		collect(x.Field(i).Type, members)
	}
}
