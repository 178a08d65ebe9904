package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"runtime"

	"github.com/jsign-jp/jsign/cardio/jpki"
	"github.com/jsign-jp/jsign/internal/cli"
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
	file       string   // --pin-file
	descriptor *os.File // --pin-fd
}

// typing says whether a person types the secret.
func (s *secretSource) typing() bool { return s.file == "" && s.descriptor == nil }

// pin asks for the PIN of a card. What a file or descriptor holds was not typed
// just now, which the PIN guard treats with more care.
func (s *secretSource) pin(ctx context.Context, ask jpki.PINRequest) (jpki.PIN, error) {
	if !s.typing() {
		secret, err := s.stored(ctx)
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
	if !s.typing() {
		return s.stored(ctx)
	}
	return s.typed(ctx, prompt)
}

func (s *secretSource) typed(ctx context.Context, prompt lang.Message) (secret []byte, err error) {
	err = s.atTerminal(func(terminal *term.Terminal) (err error) {
		secret, err = terminal.ReadSecret(ctx, prompt.In(s.language)+": ")
		return err
	})
	if errors.Is(err, term.ErrNoTerminal) {
		err = lang.WithHint(pinSourceError(term.ErrNoTerminal),
			"run jsign in a terminal, or use --pin-file or --pin-fd", "端末で実行するか、--pin-file または --pin-fd を使ってください")
	}
	return secret, err
}

// stored reads the secret from its file or descriptor, either of which may keep
// the reader waiting.
func (s *secretSource) stored(ctx context.Context) ([]byte, error) {
	return term.Wait(ctx, func() ([]byte, error) {
		f := s.descriptor
		if f == nil {
			var err error
			if f, err = openSecretFile(s.file); err != nil {
				return nil, err
			}
		}
		defer f.Close()
		return readSecretLine(f)
	})
}

// openSecretFile refuses a PIN file that others can read. Windows has no mode
// bits to go by; there the file's own access list protects it.
func openSecretFile(name string) (*os.File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, pinSourceError(openError(name, err))
	}
	info, err := f.Stat()
	switch {
	case err != nil:
		err = pinSourceError(openError(name, err))
	case info.IsDir():
		err = pinSourceError(lang.Errorf("%s is a folder", "%sはフォルダーです", lang.Display(name)))
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		err = lang.WithHint(pinSourceError(lang.Errorf("others can read the PIN file %s", "暗証番号ファイル%sを他の人が読めます", lang.Display(name))),
			"chmod 600 %s", "chmod 600 %s を実行してください", lang.Display(name))
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// readSecretLine reads one line, without its line end. What was read is in the
// result, which the caller wipes, and nowhere else.
func readSecretLine(r io.Reader) ([]byte, error) {
	buf := make([]byte, maxSecretFile)
	defer clear(buf)
	n := 0
	for n < len(buf) {
		read, err := r.Read(buf[n:])
		n += read
		end := bytes.IndexByte(buf[:n], '\n')
		if end < 0 && err == io.EOF {
			end = n
		}
		if end >= 0 {
			return bytes.Clone(bytes.TrimSuffix(buf[:end], []byte("\r"))), nil
		}
		if err != nil {
			return nil, pinSourceError(err)
		}
	}
	return nil, pinSourceError(lang.Errorf("the PIN is longer than %d bytes", "暗証番号が%dバイトを超えています", maxSecretFile))
}

func pinSourceError(err error) error {
	return cli.Fail(exitPIN, lang.Errorf("cannot get the PIN: %v", "暗証番号を取得できません: %v", err))
}
