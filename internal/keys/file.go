package keys

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/jsign-jp/jsign/internal/lang"
)

// ReadFile returns a file of at most MaxFileSize bytes, and its mode.
func ReadFile(path string) ([]byte, fs.FileMode, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, unreadable(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, unreadable(path, err)
	}
	data, err := io.ReadAll(io.LimitReader(f, MaxFileSize+1))
	if err != nil {
		return nil, 0, unreadable(path, err)
	}
	if len(data) > MaxFileSize {
		return nil, 0, lang.Errorf("%s is larger than %d bytes, too large for a key or certificates",
			"%sは%dバイトを超えており、鍵や証明書としては大きすぎます", lang.Display(path), MaxFileSize)
	}
	return data, info.Mode(), nil
}

func unreadable(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return lang.Errorf("%[1]s does not exist", "%[1]sがありません", lang.Display(path), err)
	case errors.Is(err, fs.ErrPermission):
		return lang.Errorf("no permission to read %[1]s", "%[1]sを読み取る権限がありません", lang.Display(path), err)
	}
	return lang.Errorf("cannot read %s: %w", "%sを読み取れません: %w", lang.Display(path), err)
}
