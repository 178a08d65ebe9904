// Command gen writes the test PKI into the current folder, or into the folder
// given as its argument. Keys that exist there are kept.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/jsign-jp/jsign/testdata/ca/internal/pki"
)

func main() {
	folder := "."
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	if err := run(folder); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(folder string) error {
	files, err := pki.Generate(os.DirFS(folder))
	if err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
