package batch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"strings"
)

// paper is a document on a simulated disk. Its output is a function of its name.
type paper struct {
	d    *disk
	name string
}

var errBad = errors.New("not a document")

func (p paper) output() []byte { return fmt.Appendf(signature(p.name), "%s", p.name) }

func signature(tbs string) []byte {
	sum := sha256.Sum256([]byte("key" + tbs))
	return sum[:]
}

func (p paper) Prepare(ctx context.Context) (string, Digest, error) {
	if strings.HasPrefix(p.name, "bad") {
		return "", Digest{}, errBad
	}
	return p.name, sha256.Sum256([]byte(p.name)), ctx.Err()
}

func (p paper) Finish(_ context.Context, signature []byte) (Output, error) {
	h, err := p.d.Open(p.hidden())
	if err != nil {
		return nil, err
	}
	o := paperOutput{p, h.(*handle), fmt.Appendf(signature, "%s", p.name)}
	if err := h.Truncate(0); err != nil {
		return nil, errors.Join(err, o.Abort())
	}
	if _, err := h.WriteAt(o.data, 0); err != nil {
		return nil, errors.Join(err, o.Abort())
	}
	return o, nil
}

func (p paper) hidden() string { return ".hidden " + p.name }
func (p paper) public() string { return "out " + p.name }
func (p paper) Close() error   { return nil }

func (p paper) Unchanged(_ context.Context, last Record) (bool, error) {
	return last.In == sha256.Sum256([]byte(p.name)), nil
}

func (p paper) Settle(_ context.Context, sealed Record) (bool, error) {
	data, ok := p.d.content(p.public())
	if !ok || sha256.Sum256(data) != sealed.Out {
		return false, nil
	}
	h, err := p.d.Open(p.public())
	if err == nil {
		err = h.Sync()
	}
	if err == nil {
		err = p.d.SyncFolder("")
	}
	return err == nil, err
}

type paperOutput struct {
	paper
	h    *handle
	data []byte
}

func (o paperOutput) Name() string { return o.public() }

func (o paperOutput) Digest() Digest { return sha256.Sum256(o.data) }

func (o paperOutput) Commit() error {
	if err := o.h.Sync(); err != nil {
		return err
	}
	if err := o.d.rename(o.hidden(), o.public()); err != nil {
		return err
	}
	return o.d.SyncFolder("")
}

func (o paperOutput) Abort() error {
	if _, there := o.d.content(o.hidden()); !there {
		return nil
	}
	return o.d.remove(o.hidden())
}

// papers lists jobs on a disk.
func papers(d *disk, names []string) iter.Seq[Job[string]] {
	return func(yield func(Job[string]) bool) {
		for _, name := range names {
			if !yield(Job[string]{name, paper{d, name}}) {
				return
			}
		}
	}
}

// complete tells what is wrong with the outputs of a finished run.
func complete(d *disk, names []string) error {
	want := 1 // the journal
	for _, name := range names {
		p := paper{d, name}
		data, there := d.content(p.public())
		if strings.HasPrefix(name, "bad") {
			if there {
				return fmt.Errorf("%q has an output", name)
			}
			continue
		}
		want++
		if !there || !bytes.Equal(data, p.output()) {
			return fmt.Errorf("%q: output %x (%v)", name, data, there)
		}
	}
	if len(d.over) > 0 {
		return fmt.Errorf("replaced: %q", d.over)
	}
	if len(d.names) != want {
		return fmt.Errorf("%d files, want %d: %v", len(d.names), want, d.names)
	}
	return nil
}

// names are those of 20 documents, and awkward ones among them.
func names() []string {
	list := []string{"a\nb", "\u304c", "\u304b\u3099", "\xff\xfe", "bad 1", "-", " "}
	for i := range 13 {
		list = append(list, fmt.Sprintf("contract %02d.pdf", i))
	}
	return append(list, "bad 2")
}
