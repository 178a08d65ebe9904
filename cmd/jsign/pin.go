package main

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"

	"github.com/jsign-jp/jsign/cardio/jpki"
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/term"
)

// maxSecretFile is the longest PIN or password taken from a file or a
// descriptor, in bytes, its line end included.
const maxSecretFile = 256

// secretSource is where a PIN or password comes from: a file, a descriptor, or
// the person at the terminal.
type secretSource struct {
	*app
	file string
	fd   int // -1: none
}

// pin asks for the PIN of a card. What a file or descriptor holds was not typed
// just now, which the PIN guard treats with more care.
func (s *secretSource) pin(ctx context.Context, ask jpki.PINRequest) (jpki.PIN, error) {
	if s.file != "" || s.fd >= 0 {
		secret, err := s.stored()
		return jpki.PIN{Value: secret}, err
	}
	secret, err := s.typed(ctx, pinPrompt(ask))
	return jpki.PIN{Value: secret, Typed: true}, err
}

// pinPrompt tells what is asked for and what is at stake.
func pinPrompt(ask jpki.PINRequest) lang.Message {
	if ask.Key == jpki.Auth {
		return lang.M("user authentication PIN (4 digits, tries left: %d)", "利用者証明用暗証番号（数字4桁、残り%d回）", ask.TriesLeft)
	}
	return lang.M("signing password (6 to 16 letters and digits, tries left: %d)", "署名用パスワード（英数字6～16文字、残り%d回）", ask.TriesLeft)
}

// passphrase asks for the password of a key file.
func (s *secretSource) passphrase(ctx context.Context, prompt lang.Message) (keys.Secret, error) {
	if s.file != "" || s.fd >= 0 {
		return s.stored()
	}
	return s.typed(ctx, prompt)
}

func (s *secretSource) typed(ctx context.Context, prompt lang.Message) ([]byte, error) {
	terminal, err := term.Open()
	if err != nil {
		return nil, lang.WithHint(pinSourceError(err),
			"run jsign in a terminal, or use --pin-file or --pin-fd", "端末で実行するか、--pin-file または --pin-fd を使ってください")
	}
	defer terminal.Close()
	return terminal.ReadSecret(ctx, prompt.In(s.language)+": ")
}

func (s *secretSource) stored() ([]byte, error) {
	f := os.NewFile(uintptr(max(s.fd, 0)), "--pin-fd")
	if s.file != "" {
		var err error
		if f, err = os.Open(s.file); err != nil {
			return nil, pinSourceError(openError(s.file, err))
		}
		if err := onlyOwnerReads(f); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
	defer f.Close()
	return readSecretLine(f)
}

// onlyOwnerReads refuses a PIN file that others can read. Windows has no mode
// bits to go by; there the file's own access list protects it.
func onlyOwnerReads(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return pinSourceError(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return lang.WithHint(pinSourceError(lang.Errorf("others can read the PIN file %s", "暗証番号ファイル%sを他の人が読めます", f.Name())),
			"chmod 600 %s", "chmod 600 %s を実行してください", f.Name())
	}
	return nil
}

// readSecretLine reads one line, without its line end, into a buffer of fixed
// size that the caller wipes.
func readSecretLine(r io.Reader) ([]byte, error) {
	buf := make([]byte, maxSecretFile)
	n := 0
	for n < len(buf) {
		read, err := r.Read(buf[n:])
		for i := n; i < n+read; i++ {
			if buf[i] == '\n' {
				return trimLine(buf[:i]), nil
			}
		}
		n += read
		if err == io.EOF {
			return trimLine(buf[:n]), nil
		}
		if err != nil {
			clear(buf)
			return nil, pinSourceError(err)
		}
	}
	clear(buf)
	return nil, pinSourceError(lang.Errorf("the PIN is longer than %d bytes", "暗証番号が%dバイトを超えています", maxSecretFile))
}

// trimLine drops the CR of a CRLF.
func trimLine(b []byte) []byte {
	if len(b) > 0 && b[len(b)-1] == '\r' {
		return b[:len(b)-1]
	}
	return b
}

func pinSourceError(err error) error {
	return fail(exitPIN, lang.Errorf("cannot get the PIN: %v", "暗証番号を取得できません: %v", err))
}
