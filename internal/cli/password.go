package cli

import (
	"bytes"
	"io"

	"github.com/jsign-jp/jsign/internal/lang"
)

// maxPassword is the largest file with a PDF's password, in bytes; a PDF knows 127 of
// them (ISO 32000-2, 7.6.4.3.3).
const maxPassword = 1024

// ReadPassword returns the first line of a file that holds a PDF's password, without
// its line end.
func ReadPassword(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxPassword+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxPassword {
		return nil, lang.Errorf("a password is no longer than %d bytes", "パスワードは%dバイトまでです", maxPassword)
	}
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), nil
}
