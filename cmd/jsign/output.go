package main

import (
	"path/filepath"
	"strings"

	"github.com/jsign-jp/jsign/internal/lang"
)

// standardOutput is the name that means standard output.
const standardOutput = "-"

// outputName is where a signature over the named input goes when -o says
// nothing, or names a folder.
func outputName(in *input, o *signOptions, pdf bool) string {
	name := in.name
	ext := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	switch {
	case o.addSigner:
		return stem + ".signed" + ext
	case pdf:
		return stem + ".signed.pdf"
	case o.format == "smime":
		return name + ".eml"
	case o.attached:
		return name + ".p7m"
	}
	return name + ".p7s"
}

// destination applies -o to the default name.
func (o *signOptions) destination(in *input, pdf, folder bool) (string, error) {
	switch {
	case folder:
		return filepath.Join(o.output, filepath.Base(outputName(in, o, pdf))), nil
	case o.output != "":
		return o.output, nil
	case in.name == "-":
		return "", lang.WithHint(usageErrorf("standard input has no name to derive the output's from", "標準入力には出力名の元になる名前がありません"),
			"name the output with -o", "-o で出力先を指定してください")
	}
	return outputName(in, o, pdf), nil
}
