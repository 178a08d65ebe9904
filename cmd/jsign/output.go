package main

import (
	"context"
	"crypto/sha256"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/term"
)

// standardOutput is the name that means standard output.
const standardOutput = "-"

// output is where a signature goes: a file in the making, or standard output.
type output struct {
	file     *durable.File // nil for standard output
	standard io.Writer
	shown    bool // it is standard output, by whatever name: no words may go there
}

// writer returns where to write, and a digest of what is written if that is
// asked for.
func (o *output) writer(digest bool) (io.Writer, hash.Hash) {
	dst := o.standard
	if o.file != nil {
		dst = o.file
	}
	if !digest {
		return dst, nil
	}
	sum := sha256.New()
	return io.MultiWriter(dst, sum), sum
}

func (o *output) commit() error {
	if o.file == nil {
		return nil
	}
	return o.file.Commit()
}

func (o *output) abort() error {
	if o == nil || o.file == nil {
		return nil
	}
	return o.file.Abort()
}

// outputName is where a signature over the named input goes when -o says
// nothing, or names a folder.
func outputName(in *input, o *signOptions, pdf bool) string {
	name := in.name
	ext := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	switch {
	case o.extend:
		return stem + ".extended" + ext
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
	if o.output != "" && !folder {
		return o.output, nil
	}
	if in.name == standardInput {
		return "", lang.WithHint(usageErrorf("standard input has no name to derive the output's from", "標準入力には出力名の元になる名前がありません"),
			"name the output with -o", "-o で出力先を指定してください")
	}
	name := outputName(in, o, pdf)
	if folder {
		name = filepath.Join(o.output, filepath.Base(name))
	}
	return name, nil
}

// createOutputs makes the temporary files that commit renames. What cannot be
// written is refused here, before the PIN.
func (a *app) createOutputs(ctx context.Context, jobs []*job, o *signOptions, uri keys.URI) error {
	folder := isFolder(o.output)
	if err := o.checkOutput(len(jobs), folder); err != nil {
		return err
	}
	protected, err := protect(jobs, o, uri)
	if err != nil {
		return err
	}
	for i, j := range jobs {
		if j.result.Output, err = o.destination(j.in, j.pdf, folder); err != nil {
			return err
		}
		if hasPDFName(j.result.Output) && !j.pdf {
			return lang.WithHint(usageErrorf("%s gets a CMS signature, which is no PDF: it is not written to %s", "%sにはCMS署名を作りますが、PDFではないため%sには書きません",
				lang.Display(j.in.name), lang.Display(j.result.Output)),
				"give it another name with -o", "-o で別の名前を指定してください")
		}
		for _, other := range jobs[:i] {
			if samePlace(other.result.Output, j.result.Output) {
				return lang.WithHint(usageErrorf("%s and %s would both be written to %s", "%sと%sの出力先が同じ%sになります",
					lang.Display(other.in.name), lang.Display(j.in.name), lang.Display(j.result.Output)),
					"sign them into different folders", "別のフォルダーに分けて署名してください")
			}
		}
		if j.out, err = a.createOutput(ctx, j, o, protected); err != nil {
			return fileError(err)
		}
	}
	return nil
}

// checkOutput refuses an -o that cannot take that many outputs.
func (o *signOptions) checkOutput(n int, folder bool) error {
	switch {
	case n > 1 && o.output == standardOutput:
		return usageErrorf("standard output takes one signature, and there are %d files", "標準出力に出せる署名は1つですが、ファイルが%d個あります", n)
	case folder || o.output == "":
		return nil
	case strings.HasSuffix(o.output, "/"), strings.HasSuffix(o.output, string(filepath.Separator)):
		return lang.WithHint(usageErrorf("there is no folder %s", "フォルダー%sがありません", lang.Display(o.output)),
			"create the folder first", "先にフォルダーを作ってください")
	case n > 1:
		return lang.WithHint(usageErrorf("-o %s is not a folder, and there are %d files", "-o %sはフォルダーではありませんが、ファイルが%d個あります", lang.Display(o.output), n),
			"create the folder first", "先にフォルダーを作ってください")
	}
	return nil
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// samePlace says whether two names are one place: the same name in one folder,
// by whatever way.
func samePlace(a, b string) bool {
	if filepath.Base(a) != filepath.Base(b) {
		return false
	}
	folderA, errA := os.Stat(filepath.Dir(a))
	folderB, errB := os.Stat(filepath.Dir(b))
	return errA == nil && errB == nil && os.SameFile(folderA, folderB)
}

// createOutput makes room for one output. A copy of the document in it is as
// private as the document.
func (a *app) createOutput(ctx context.Context, j *job, o *signOptions, protected []os.FileInfo) (*output, error) {
	out := &output{standard: a.out, shown: a.isStandardOutput(j.result.Output)}
	if out.shown && term.IsTerminal(a.out) && o.format != "pem" && o.format != "smime" {
		return nil, usageErrorf("a signature is not written to a terminal", "署名を端末には出力しません")
	}
	if j.result.Output == standardOutput {
		return out, nil
	}
	options := durable.Options{Force: o.force, Inputs: protected}
	if j.in.regular() && (j.pdf || o.attached || o.addSigner || o.extend) {
		options.Perm = j.in.info.Mode().Perm()
	}
	var err error
	out.file, err = durable.Create(ctx, j.result.Output, options)
	return out, err
}

// isStandardOutput sees through names such as /dev/stdout.
func (a *app) isStandardOutput(name string) bool {
	if name == standardOutput {
		return true
	}
	info, err := os.Stat(name)
	if err != nil {
		return false
	}
	standard, err := a.out.Stat()
	return err == nil && os.SameFile(info, standard)
}

// protect names the files that must not be written over: every document of the
// run, and what the key and its PIN come from.
func protect(jobs []*job, o *signOptions, uri keys.URI) (infos []os.FileInfo, err error) {
	files := []*os.File{o.pinDescriptor}
	for _, j := range jobs {
		files = append(files, j.in.file)
		if j.content != nil {
			files = append(files, j.content.file)
		}
	}
	for _, f := range files {
		if f == nil {
			continue
		}
		info, err := f.Stat()
		if err != nil {
			return nil, fileError(err)
		}
		infos = append(infos, info)
	}
	secrets := append([]string{o.pinFile, o.passwordFile}, o.level.files()...)
	if uri.Path != "" {
		names, err := uri.Files()
		if err != nil {
			return nil, keyError(err)
		}
		secrets = append(secrets, names...)
	}
	for _, name := range secrets {
		if info, err := os.Stat(name); err == nil {
			infos = append(infos, info)
		}
	}
	return infos, nil
}
