package trust

import (
	"context"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Folder is a person's own trust folder: one PEM file for each certificate they
// decided to trust, named by its SHA-256. What is in it is an anchor because
// its owner said so. It has no state; use from several processes is safe.
type Folder struct{ Path string }

const folderSuffix = ".pem"

func (f Folder) file(c *Certificate) string {
	sum := c.Fingerprint()
	return filepath.Join(f.Path, hex.EncodeToString(sum[:])+folderSuffix)
}

// Certificates reads the folder, in the order of file names. A folder that does not
// exist is empty. A file that is not a certificate by its own name is an error: a
// trust folder must not be guessed at.
func (f Folder) Certificates() ([]*Certificate, error) {
	entries, err := os.ReadDir(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, lang.Errorf("the trust folder cannot be read: %w", "信頼フォルダーを読み取れません: %w", err)
	}
	var list []*Certificate
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), folderSuffix) {
			continue
		}
		if len(list) == maxFolder {
			return nil, lang.Errorf("the trust folder has more than %d certificates", "信頼フォルダーの証明書が%d個を超えています", maxFolder)
		}
		c, err := f.read(e.Name())
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

func (f Folder) read(name string) (*Certificate, error) {
	path := filepath.Join(f.Path, name)
	info, err := os.Stat(path)
	if err != nil {
		return nil, lang.Errorf("the trust folder cannot be read: %w", "信頼フォルダーを読み取れません: %w", err)
	}
	if !info.Mode().IsRegular() { // a pipe is read for ever
		return nil, lang.Errorf("%s in the trust folder is not a regular file", "信頼フォルダーの%sは通常のファイルではありません", lang.Display(name))
	}
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	c, err := ReadPEM(data)
	if err != nil {
		return nil, err
	}
	if len(c.Certificates) != 1 || filepath.Base(f.file(c.Certificates[0])) != name {
		return nil, lang.Errorf("%s in the trust folder does not hold the one certificate it is named after",
			"信頼フォルダーの%sの内容がファイル名と一致しません", lang.Display(name))
	}
	return c.Certificates[0], nil
}

// AddTo adds all certificates of the folder to a store, as AddTrusted does, and
// returns how many.
func (f Folder) AddTo(s *Store) (int, error) {
	list, err := f.Certificates()
	for _, c := range list {
		s.AddTrusted(c)
	}
	return len(list), err
}

// Add puts a certificate into the folder, making the folder when there is none.
// added is false when the certificate was there already.
func (f Folder) Add(ctx context.Context, c *Certificate) (added bool, err error) {
	if _, err := os.Stat(f.file(c)); err == nil {
		return false, nil
	}
	const ownerOnly = 0o700
	if err := os.MkdirAll(f.Path, ownerOnly); err != nil {
		return false, lang.Errorf("the trust folder cannot be made: %w", "信頼フォルダーを作成できません: %w", err)
	}
	out, err := durable.Create(ctx, f.file(c), durable.Options{})
	if err != nil {
		return false, err
	}
	defer out.Abort()
	if err := pem.Encode(out, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}); err != nil {
		return false, err
	}
	return true, out.Commit()
}

// Remove takes a certificate out of the folder by its SHA-256 or the beginning of it
// (8 hexadecimal digits or more, colons and letter case do not matter). Errors: none
// or several have that beginning.
func (f Folder) Remove(fingerprint string) (*Certificate, error) {
	c, err := f.Find(fingerprint)
	if err != nil {
		return nil, err
	}
	return c, os.Remove(f.file(c))
}

// Find returns the certificate of the folder with the SHA-256 or the beginning of it.
func (f Folder) Find(fingerprint string) (*Certificate, error) {
	const enough = 8
	prefix := strings.ToLower(strings.ReplaceAll(fingerprint, ":", ""))
	list, err := f.Certificates()
	if err != nil {
		return nil, err
	}
	var found []*Certificate
	for _, c := range list {
		if strings.HasPrefix(filepath.Base(f.file(c)), prefix) {
			found = append(found, c)
		}
	}
	if len(prefix) < enough || len(found) != 1 {
		return nil, lang.Errorf("%d certificates of the trust folder have the fingerprint %s (8 digits or more are needed)",
			"信頼フォルダーに指紋%[2]sの証明書が%[1]d個あります（8桁以上が必要です）", len(found), fingerprint)
	}
	return found[0], nil
}
