package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jsign-jp/jsign/internal/batch"
	"github.com/jsign-jp/jsign/internal/folder"
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/lang"
)

const (
	// inputsKey is where the settings name the folders of the inputs.
	inputsKey = "inputs"
	// maxKept bounds the names of inputs, and the rules, in bytes; of longer ones the
	// digest is kept.
	maxKept = 4096
)

// settings are what the outputs depend on, as the journal keeps them: a run goes
// on only as it began.
func (o *batchOptions) settings(uri keys.URI, tree *folder.Tree, roots []string) (string, error) {
	inputs, err := inputFolders(tree, roots)
	if err != nil {
		return "", err
	}
	names := []string{}
	for _, r := range o.rules {
		b, _ := json.Marshal(r) // strings, numbers and booleans
		names = append(names, string(b))
	}
	b, _ := json.Marshal(map[string]any{
		"version": 2, inputsKey: inputs, "key": uri.Scheme, "cert": uri.Query.Get("cert"), "output-name": o.outputName, "rules": kept(names),
		"profile": profileName(o.pdfProfile(uri)), "field": o.field, "name": o.name, "reason": o.reason, "location": o.location,
		"certify": o.certify, "format": o.format, "attached": o.attached, "digest": o.digest, "level": o.level.name, "no-signed-attributes": o.noSignedAttributes,
	})
	return string(b), nil
}

// inputFolders tells the folders that names of documents are relative to, seen from
// the output folder: a document of the same name in another folder is another. A list
// is relative to the folder that jsign runs in.
func inputFolders(tree *folder.Tree, roots []string) (string, error) {
	if len(roots) == 0 {
		roots = []string{"."}
	}
	var names []string
	for _, root := range roots {
		info, err := os.Stat(root)
		if err != nil {
			return "", folder.Unreadable(root, err)
		}
		if !info.IsDir() {
			root = filepath.Dir(root)
		}
		name, err := tree.WayTo(root)
		if err != nil {
			return "", err
		}
		names = append(names, filepath.ToSlash(name))
	}
	slices.Sort(names)
	return kept(slices.Compact(names)), nil
}

// kept is what settings hold of a list: its lines, or their digest.
func kept(list []string) string {
	text := strings.Join(list, "\n")
	if len(text) > maxKept {
		sum := sha256.Sum256([]byte(text))
		text = "sha256:" + hex.EncodeToString(sum[:])
	}
	return text
}

// otherInputs tells whether two settings differ in nothing but the inputs.
func otherInputs(a, b string) bool {
	var x, y map[string]any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return false
	}
	delete(x, inputsKey)
	delete(y, inputsKey)
	rest := func(m map[string]any) string { b, _ := json.Marshal(m); return string(b) } // comes from JSON
	return rest(x) == rest(y)
}

// checkJournal decides whether the run may go on with a journal that is there.
func (r *batchRun) checkJournal() error {
	s := r.journal.Summary()
	again := r.o.force && !(r.o.resume && s.Replacing)
	known := s.Signed + s.Failed + s.Pending
	other := r.journal.Settings() != r.settings
	switch {
	case again:
		if err := r.journal.Restart(r.settings); err != nil {
			return fileError(err)
		}
	case s.Replacing && !r.o.resume:
		return lang.WithHint(usageErrorf("%s holds a run with --force that was interrupted", "%sには中断された--forceの処理があります", lang.Display(r.o.output)),
			"--resume goes on with it, and replaces older outputs", "--resume で続行し、以前の出力を置き換えます")
	case s.Signed+s.Failed > 0 && !r.o.resume:
		return lang.WithHint(usageErrorf("%s holds an earlier run: %d signed, %d failed", "%sに以前の処理があります（署名済み%d件、失敗%d件）",
			lang.Display(r.o.output), s.Signed, s.Failed),
			"--resume goes on with it; --force signs every document again", "--resume で続行します。--force ですべて署名し直します")
	case other && (known > 0 || s.Replacing):
		return r.otherSettings()
	case other:
		if err := r.beginAnew(); err != nil {
			return fileError(err)
		}
	}
	r.before = r.journal.Summary()
	return fileError(r.rememberOutputs())
}

// otherSettings refuses to go on with what another command line began.
func (r *batchRun) otherSettings() error {
	if otherInputs(r.journal.Settings(), r.settings) {
		return lang.WithHint(usageErrorf("the run in %s began with other inputs", "%sの処理は別の入力で始められています", lang.Display(r.o.output)),
			"name the same folders, a list from the same folder; or choose another folder with -o", "同じ入力フォルダーを指定するか（一覧は同じフォルダーで実行）、-oで別のフォルダーを指定してください")
	}
	return lang.WithHint(usageErrorf("the run in %s began with other options", "%sの処理は別のオプションで始められています", lang.Display(r.o.output)),
		"see jsign journal show; give the same options, or --force", "jsign journal show で確かめ、同じオプションか --force を指定してください")
}

// beginAnew gives a journal that knows no document the settings of this run. The
// end tells that nothing is to be replaced.
func (r *batchRun) beginAnew() error {
	if err := r.journal.Restart(r.settings); err != nil {
		return err
	}
	if err := r.journal.Append(batch.Record{Kind: batch.End}); err != nil {
		return err
	}
	return r.journal.Sync()
}

// rememberOutputs keeps the names that earlier runs gave out from other documents.
func (r *batchRun) rememberOutputs() error {
	if r.before.Signed+r.before.Pending == 0 {
		return nil
	}
	return r.eachOutput(func(record batch.Record) {
		if record.Kind == batch.Restart {
			r.mu.Lock()
			clear(r.outputs)
			r.mu.Unlock()
			return
		}
		r.take(record.Text, record.Name)
	})
}
