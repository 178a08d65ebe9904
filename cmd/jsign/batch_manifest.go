package main

import (
	"bytes"
	"context"
	"crypto"
	"os"
	"slices"
	"strings"

	"github.com/jsign-jp/jsign/internal/batch"
	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/internal/folder"
	"github.com/jsign-jp/jsign/sign"
)

// writeManifest lists the outputs of the run, and of those before it that it went
// on with, with their SHA-256, and signs the list as any other file.
func (r *batchRun) writeManifest(ctx context.Context) error {
	sums, err := r.signedOutputs()
	if err != nil {
		return fileError(err)
	}
	var list bytes.Buffer
	if err := folder.WriteSums(&list, slices.Values(sums)); err != nil {
		return err
	}
	signature, err := r.signList(ctx, list.Bytes())
	if err != nil {
		return err
	}
	if err := r.writeBeside(ctx, r.o.manifest, list.Bytes()); err != nil {
		return fileError(err)
	}
	return fileError(r.writeBeside(ctx, r.o.manifest+listSignature, signature))
}

// signedOutputs are the outputs since the last restart, sorted by name.
func (r *batchRun) signedOutputs() (sums []folder.Sum, err error) {
	err = r.eachOutput(func(record batch.Record) {
		switch record.Kind {
		case batch.Restart:
			sums = sums[:0]
		case batch.Signed:
			sums = append(sums, folder.Sum{Name: record.Text, SHA256: record.Out})
		}
	})
	slices.SortFunc(sums, func(a, b folder.Sum) int { return strings.Compare(a.Name, b.Name) })
	return sums, err
}

// eachOutput hands over the journal's records of outputs, sealed and signed, and
// the restarts among them.
func (r *batchRun) eachOutput(do func(batch.Record)) error {
	f, err := os.Open(r.tree.Path(journalName))
	if err != nil {
		return err
	}
	defer f.Close()
	for record, err := range batch.Read(f) {
		if err != nil {
			return err
		}
		switch record.Kind {
		case batch.Restart, batch.Sealed, batch.Signed:
			do(record)
		}
	}
	return nil
}

// signList makes a detached CMS signature of the list.
func (r *batchRun) signList(ctx context.Context, list []byte) ([]byte, error) {
	chain, err := r.keeper.Chain()
	if err != nil {
		return nil, err
	}
	d, err := sign.PrepareCMS(ctx, bytes.NewReader(list), int64(len(list)), sign.CMSOptions{SigningTime: r.now()})
	if err != nil {
		return nil, err
	}
	tbs, err := d.Bind(ctx, chain)
	if err != nil {
		return nil, err
	}
	value, err := r.keeper.Sign(func(key crypto.Signer) ([]byte, error) {
		value, err := tbs.SignWith(key)
		return value, cli.Fail(exitSigning, err)
	})
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = d.Finish(ctx, &b, value)
	return b.Bytes(), err
}

func (r *batchRun) writeBeside(ctx context.Context, name string, content []byte) error {
	file, err := durable.Create(ctx, r.tree.Path(name), durable.Options{Force: r.o.force || r.o.resume, Owner: sweepOwner, Flag: "--manifest"})
	if err != nil {
		return err
	}
	defer file.Abort()
	if _, err := file.Write(content); err != nil {
		return err
	}
	return file.Commit()
}
