package trust

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/jsign-jp/jsign/internal/lang"
)

// block is one PEM block (RFC 7468).
type block struct {
	label string
	data  []byte
}

// FileError says why a file of certificates and CRLs was not taken, and what
// OpenSSL's error queue would hold.
type FileError struct {
	Path  string
	Queue []QueueEntry
	Err   error
}

// Error implements error.
func (e *FileError) Error() string { return e.Err.Error() }

// Message renders the error in both languages.
func (e *FileError) Message() lang.Message {
	return lang.M("cannot load %s: %v", "%sを読み込めません: %v", e.Path, e.Err)
}

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

func pemError(en, ja string, r reason) error {
	return &FileError{Err: lang.Errorf(en, ja), Queue: []QueueEntry{r.entry("PEM routines"), pemLibrary()}}
}

func pemLibrary() QueueEntry {
	return reason{0x05880009, "X509_load_cert_crl_file_ex", "PEM lib", "../crypto/x509/by_file.c", 233}.entry("x509 certificate routines")
}

// nextBlock finds the next block in data and returns what follows it. Text
// outside blocks is passed over. ok is false at the end of data.
func nextBlock(data []byte) (b block, rest []byte, ok bool, err error) {
	for len(data) > 0 {
		var line string
		line, data = nextLine(data)
		label, found := strings.CutPrefix(line, "-----BEGIN ")
		if !found || !strings.HasSuffix(label, "-----") {
			continue
		}
		b.label = strings.TrimSuffix(label, "-----")
		b.data, rest, err = readBody(b.label, data)
		return b, rest, err == nil, err
	}
	return b, nil, false, nil
}

func nextLine(data []byte) (line string, rest []byte) {
	before, rest, _ := bytes.Cut(data, []byte{'\n'})
	return strings.TrimRight(string(before), " \t\r\v\f"), rest
}

func readBody(label string, data []byte) (body, rest []byte, err error) {
	var text strings.Builder
	header := false
	for len(data) > 0 {
		var line string
		line, data = nextLine(data)
		if end, found := strings.CutPrefix(line, "-----END "); found {
			if end != label+"-----" {
				break
			}
			body, err := base64.StdEncoding.DecodeString(text.String())
			if err != nil {
				return nil, nil, pemError("bad base64", "Base64が不正です",
					reason{0x04800064, "PEM_read_bio_ex", "bad base64 decode", "../crypto/pem/pem_lib.c", 956})
			}
			return body, data, nil
		}
		switch {
		case strings.Contains(line, ":"):
			header = true // RFC 1421 headers: only private keys have them
		case header && line == "":
			header = false
		case !header:
			text.WriteString(line)
		}
	}
	return nil, nil, pemError("a PEM block without its end", "PEMブロックの終わりがありません",
		reason{0x04800066, "get_header_and_data", "bad end line", "../crypto/pem/pem_lib.c", 875})
}
