package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/jsign-jp/jsign/internal/batch"
	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Settle looks whether the output stands as it was sealed.
func (d *batchDocument) Settle(_ context.Context, sealed batch.Record) (bool, error) {
	place := d.run.tree.Path(sealed.Text)
	found, err := digestOfFile(place)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil || found != sealed.Out {
		return false, err
	}
	d.run.take(sealed.Text, d.file.Name)
	return true, durable.Settle(place)
}

// digestOfFile is the SHA-256 of a regular file; it never waits at a pipe.
func digestOfFile(name string) (batch.Digest, error) {
	info, err := os.Stat(name)
	if err != nil {
		return batch.Digest{}, err
	}
	if !info.Mode().IsRegular() {
		return batch.Digest{}, lang.Errorf("%s is not a regular file", "%sは通常のファイルではありません", lang.Display(name))
	}
	f, err := os.Open(name)
	if err != nil {
		return batch.Digest{}, err
	}
	defer f.Close()
	return digestOf(f, info.Size())
}

// Unchanged compares document and output with what the journal says of them.
func (d *batchDocument) Unchanged(_ context.Context, last batch.Record) (bool, error) {
	if d.file.Err != nil {
		return false, d.file.Err
	}
	d.run.take(last.Text, d.file.Name)
	if err := d.outputStands(last); err != nil {
		return false, err
	}
	same, err := still(d.file.Path, last.In, last.Time)
	if err != nil {
		return false, openError(d.file.Path, err)
	}
	return same, nil
}

// outputStands refuses an output that is gone, or was written to by others.
func (d *batchDocument) outputStands(last batch.Record) error {
	place := d.run.tree.Path(last.Text)
	same, err := still(place, last.Out, last.Time)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return lang.WithHint(lang.Errorf("it was signed, but %s is not there any more", "署名済みですが、%sがありません", lang.Display(last.Text)),
			"put it back, or sign every document again with --force", "元に戻すか、--force ですべて署名し直してください")
	case err != nil:
		return openError(place, err)
	case !same:
		return lang.WithHint(lang.Errorf("it was signed, but %s was changed afterwards", "署名済みですが、%sがその後変更されています", lang.Display(last.Text)),
			"put it back, or sign every document again with --force", "元に戻すか、--force ですべて署名し直してください")
	}
	return nil
}

// still tells whether a file has the content that it had at a time. One that was
// neither written nor moved to its place since is taken for the same unread; any
// doubt of the clocks leads to reading it.
func still(name string, content batch.Digest, then time.Time) (bool, error) {
	info, err := os.Stat(name)
	if err != nil {
		return false, err
	}
	const doubt = 5 * time.Second // of file systems' clocks and their grain
	if info.Mode().IsRegular() && touched(info).Add(doubt).Before(then) {
		return true, nil
	}
	found, err := digestOfFile(name)
	return found == content, err
}
