package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jsign-jp/jsign/internal/batch"
	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/internal/folder"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/sign"
)

// batchDocument is one input of a batch on its way through sign's phases.
type batchDocument struct {
	run      *batchRun
	file     folder.File
	o        *signOptions
	template folder.Template

	job    *job
	output string        // its name in the tree
	buffer *bytes.Buffer // what a small input is held in
}

var _ batch.Document[*sign.ToBeSigned] = (*batchDocument)(nil)

// Prepare reads and digests the input, makes sure that its output has a place,
// and binds the certificate; the first document waits here for the PIN.
func (d *batchDocument) Prepare(ctx context.Context) (tbs *sign.ToBeSigned, in batch.Digest, err error) {
	if d.file.Err != nil {
		return nil, in, d.file.Err
	}
	if err := d.open(ctx); err != nil {
		return nil, in, err
	}
	if err := d.run.prepareDocument(ctx, d.job, d.o, d.run.uri, ""); err != nil {
		return nil, in, err
	}
	if in, err = d.digest(); err != nil {
		return nil, in, openError(d.file.Path, err)
	}
	if err := d.unchangedSince(); err != nil {
		return nil, in, err
	}
	chain, err := d.run.keeper.Chain()
	if err != nil {
		return nil, in, err
	}
	tbs, err = d.job.document.Bind(ctx, chain)
	if err != nil && d.job.pdf {
		err = explainPDF(err)
	}
	return tbs, in, err
}

// digest is the SHA-256 of the input: what was hashed to be signed, if that is it,
// or of a second reading.
func (d *batchDocument) digest() (batch.Digest, error) {
	known := d.job.document
	if known.Digest() == crypto.SHA256 {
		if sum, err := known.SourceDigest(); sum != nil || err != nil {
			return toDigest(sum), err
		}
	}
	return digestOf(d.job.in.content(), d.job.in.size)
}

func toDigest(sum []byte) (d batch.Digest) {
	copy(d[:], sum)
	return d
}

// open opens the input and finds the output's place.
func (d *batchDocument) open(ctx context.Context) error {
	in, err := d.run.openInput(ctx, d.file.Path)
	if err != nil {
		return d.missing(err)
	}
	d.job = &job{in: in, pdf: in.pdf && !d.o.wantsCMS(), unlocked: d.run.keeper.Certificate() != nil}
	d.buffer = d.run.buffers.Get().(*bytes.Buffer)
	if err := in.hold(d.buffer); err != nil {
		return err
	}
	if inside, err := d.run.holds(d.file.Path); err != nil || inside {
		return errors.Join(err, d.refuse(inside))
	}
	return d.place()
}

// missing words it for a batch when the input is not there.
func (d *batchDocument) missing(err error) error {
	if _, there := os.Stat(d.file.Path); !errors.Is(there, fs.ErrNotExist) {
		return err
	}
	if info, err := os.Lstat(d.file.Path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return lang.WithHint(lang.Errorf("a symbolic link to a file that does not exist", "存在しないファイルへのシンボリックリンクです"),
			"mend or remove the link, or leave it out with --exclude", "リンクを修正・削除するか、--exclude で除いてください")
	}
	return lang.WithHint(lang.Errorf("there is no such file, or not any more", "ファイルがないか、なくなりました"),
		"put it back, or see the list of names", "元に戻すか、名前の一覧を確かめてください")
}

// place names the output, and makes sure that the name is free for it.
func (d *batchDocument) place() (err error) {
	if d.output, err = d.template.Output(d.file.Name, suffixOf(d.job.pdf, d.o)); err != nil {
		return err
	}
	if d.run.reserved(d.output) {
		return lang.WithHint(lang.Errorf("the output's name %s is the batch's own", "出力名%sはこの処理が使う名前です", lang.Display(d.output)),
			"choose another --output-name, --manifest or --report", "別の--output-name、--manifestまたは--reportを指定してください")
	}
	if !d.run.take(d.output, d.file.Name) {
		return lang.WithHint(lang.Errorf("another document of this run is written to %s", "この処理の別の文書が%sに出力されます", lang.Display(d.output)),
			"choose another --output-name, with {name} or {ext} in it", "{name}や{ext}を含む--output-nameを指定してください")
	}
	if err := d.run.stands(); err != nil {
		return err
	}
	info, err := os.Lstat(d.run.tree.Path(d.output))
	switch {
	case err != nil: // Finish says what is wrong, if it is not that nothing is there
		return nil
	case info.Mode()&fs.ModeSymlink != 0:
		return lang.WithHint(lang.Errorf("%s in the output folder is a symbolic link, which could lead to an input", "出力フォルダーの%sは、入力を指すおそれのあるシンボリックリンクです", lang.Display(d.output)),
			"remove the link", "リンクを削除してください")
	case info.IsDir():
		return lang.WithHint(lang.Errorf("%s in the output folder is a folder", "出力フォルダーの%sはフォルダーです", lang.Display(d.output)),
			"remove it, or choose another --output-name", "削除するか、別の--output-nameを指定してください")
	case os.SameFile(info, d.job.in.info): // a hard link; said before a signature is made for nothing
		return lang.WithHint(lang.Errorf("the output %s is the input itself", "出力先%sは入力ファイルそのものです", lang.Display(d.output)),
			"remove the link, or choose another --output-name", "リンクを削除するか、別の--output-nameを指定してください")
	case !d.run.replaces():
		return lang.WithHint(lang.Errorf("%s exists already, and this run did not make it", "%sはすでに存在し、この処理が作ったものではありません", lang.Display(d.output)),
			"remove it, or sign every document again with --force", "削除するか、--force ですべて署名し直してください")
	}
	return nil
}

func (d *batchDocument) refuse(inside bool) error {
	if !inside {
		return nil
	}
	return lang.Errorf("the document lies in the output folder", "文書が出力フォルダーの中にあります")
}

// suffixOf is what a kind of signature adds to names.
func suffixOf(pdf bool, o *signOptions) string {
	switch {
	case pdf:
		return ""
	case o.format == "smime":
		return ".eml"
	case o.attached:
		return ".p7m"
	}
	return ".p7s"
}

// holds tells whether a listed file lies in the output folder. Folders are walked
// without it.
func (r *batchRun) holds(file string) (bool, error) {
	if r.list == nil {
		return false, nil
	}
	return r.tree.Contains(filepath.Dir(file))
}

// replaces tells whether outputs may take the place of older ones.
func (r *batchRun) replaces() bool { return r.before.Replacing }

// digestOf reads all of an input.
func digestOf(r io.ReaderAt, size int64) (batch.Digest, error) {
	h := sha256.New()
	n, err := io.Copy(h, io.NewSectionReader(r, 0, size))
	if err == nil && n < size {
		err = io.ErrUnexpectedEOF
	}
	return batch.Digest(h.Sum(nil)), err
}

// unchangedSince refuses a document that was written to while it was read.
func (d *batchDocument) unchangedSince() error {
	if !d.job.in.regular() {
		return nil // a copy that nobody else has
	}
	now, err := d.job.in.file.Stat()
	if err != nil {
		return openError(d.file.Path, err)
	}
	if was := d.job.in.info; now.Size() != was.Size() || !now.ModTime().Equal(was.ModTime()) {
		return errChanging()
	}
	return nil
}

func errChanging() error {
	return lang.WithHint(lang.Errorf("the file changed while it was being signed", "署名中にファイルが変更されました"),
		"--resume tries it again", "--resume でもう一度試みます")
}

// Finish writes the output beside its name.
func (d *batchDocument) Finish(ctx context.Context, signature []byte) (batch.Output, error) {
	if err := d.unchangedSince(); err != nil {
		return nil, err
	}
	place, err := d.run.tree.Place(d.output)
	if err != nil {
		return nil, d.run.outputError(err)
	}
	options := durable.Options{Force: d.run.replaces(), Inputs: []fs.FileInfo{d.job.in.info}, Owner: sweepOwner, Group: &d.run.group}
	if d.job.in.regular() && (d.job.pdf || d.o.attached) {
		options.Perm = d.job.in.info.Mode().Perm()
	}
	file, err := durable.Create(ctx, place, options)
	if err != nil {
		return nil, d.run.outputError(err)
	}
	sum, err := d.write(ctx, file, signature)
	if err != nil {
		return nil, errors.Join(err, file.Abort())
	}
	d.release()
	return batchOutput{file, d.run, d.output, sum}, nil
}

// write makes the output and returns its SHA-256.
func (d *batchDocument) write(ctx context.Context, file io.Writer, signature []byte) (batch.Digest, error) {
	if pdf, ok := d.job.document.(*sign.PDFDocument); ok && pdf.Digest() == crypto.SHA256 {
		if err := pdf.Finish(ctx, file, signature); err != nil {
			return batch.Digest{}, err
		}
		sum, err := pdf.OutputDigest()
		return toDigest(sum), err
	}
	sum := sha256.New()
	err := d.job.document.Finish(ctx, io.MultiWriter(file, sum), signature)
	return batch.Digest(sum.Sum(nil)), err
}

// release gives the buffer to the next document. Before the output is written
// even an error may speak of what is in it.
func (d *batchDocument) release() {
	d.job.in.held = nil
	d.run.buffers.Put(d.buffer)
	d.buffer = nil
}

// Close gives the input back.
func (d *batchDocument) Close() error {
	if d.job == nil {
		return nil
	}
	return closeJobs([]*job{d.job})
}

// batchOutput is an output that waits for its name.
type batchOutput struct {
	*durable.File
	run  *batchRun
	name string
	sum  batch.Digest
}

func (o batchOutput) Name() string         { return o.name }
func (o batchOutput) Digest() batch.Digest { return o.sum }
func (o batchOutput) Commit() error        { return o.run.outputError(o.File.Commit()) }

// outputError tells when an output fails because the whole folder is gone: so would
// all others, each after a signature.
func (r *batchRun) outputError(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return cmp.Or(r.stands(), err)
	}
	return err
}
