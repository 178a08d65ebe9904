package term

import (
	"context"
	"errors"
	"io"
	"os"

	xterm "golang.org/x/term"

	"github.com/jsign-jp/jsign/internal/lang"
)

// maxSecret is the longest secret that can be typed, in bytes: longer than any
// PIN (16) and than any password the PDF standard reads (127, ISO 32000-2, 7.6.4.3.3).
const maxSecret = 128

// ErrInterrupted says that the person pressed Ctrl-C at a prompt.
var ErrInterrupted = lang.Errorf("interrupted", "中断されました")

// ErrNoTerminal says that there is nobody to ask.
var ErrNoTerminal = lang.Errorf("there is no terminal to ask on", "入力できる端末がありません")

// ErrNoAnswer says that the input ended before a line was entered (Ctrl-D).
var ErrNoAnswer = lang.Errorf("nothing was entered", "入力がありませんでした")

// ErrTooLong says that more was typed than any secret is long.
var ErrTooLong = lang.Errorf("more than %d bytes were typed", "入力が%dバイトを超えました", maxSecret)

// Terminal is the controlling terminal. It is not safe for concurrent use.
type Terminal struct {
	in  *os.File
	out io.Writer
	// raw switches echo and line editing off and returns what undoes it.
	raw func() (restore func() error, err error)
	// discard drops what was typed before it was asked for.
	discard func() error
	close   func() error
}

// IsTerminal says whether f is a terminal.
func IsTerminal(f *os.File) bool { return xterm.IsTerminal(int(f.Fd())) }

// Open opens the controlling terminal, or returns an error that wraps
// ErrNoTerminal.
func Open() (*Terminal, error) {
	in, out, err := openDevice()
	if err != nil || !IsTerminal(in) {
		if err == nil {
			err = errors.Join(in.Close(), closeOther(in, out))
		}
		return nil, errors.Join(ErrNoTerminal, err)
	}
	t := &Terminal{in: in, out: out}
	t.raw = func() (func() error, error) {
		state, err := xterm.MakeRaw(int(in.Fd()))
		if err != nil {
			return nil, err
		}
		return func() error { return xterm.Restore(int(in.Fd()), state) }, nil
	}
	t.discard = func() error { return discardInput(in) }
	t.close = func() error { return errors.Join(in.Close(), closeOther(in, out)) }
	return t, nil
}

func closeOther(in, out *os.File) error {
	if out == in {
		return nil
	}
	return out.Close()
}

// Close closes the terminal.
func (t *Terminal) Close() error { return t.close() }

// Print writes to the terminal.
func (t *Terminal) Print(s string) error {
	_, err := io.WriteString(t.out, s)
	return err
}

// ReadSecret prints the prompt and reads one line without echo. What was typed before
// is dropped: it was not meant for this prompt. The result, at most 128 bytes, is the
// caller's to wipe. Ctrl-C and a cancelled context give ErrInterrupted; the end of the
// input gives ErrNoAnswer.
func (t *Terminal) ReadSecret(ctx context.Context, prompt string) ([]byte, error) {
	restore, err := t.raw()
	if err != nil {
		return nil, err
	}
	if err := errors.Join(t.discard(), t.Print(prompt)); err != nil {
		return nil, errors.Join(err, restore())
	}
	secret, err := Wait(ctx, func() ([]byte, error) { return readUnechoed(t.in) })
	return secret, errors.Join(err, restore(), t.Print("\r\n"))
}

// Wait runs a blocking read until it ends, or until ctx does: then the error is
// ErrInterrupted, and the read is left behind until the process ends, because
// not every system can interrupt one.
func Wait[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	done := make(chan answer, 1)
	go func() {
		value, err := read()
		done <- answer{value, err}
	}()
	select {
	case a := <-done:
		return a.value, a.err
	case <-ctx.Done():
		var none T
		return none, ErrInterrupted
	}
}

// readUnechoed reads up to the line end with the few editing keys that a
// terminal in canonical mode would give.
func readUnechoed(in io.Reader) ([]byte, error) {
	const (
		interrupt, endOfFile, backspace, lineFeed = 3, 4, 8, 10
		carriageReturn, killLine, deleteKey       = 13, 21, 127
	)
	secret := make([]byte, 0, maxSecret)
	key := make([]byte, 1)
	defer clear(key)
	for {
		if _, err := in.Read(key); err != nil {
			clear(secret)
			return nil, ErrNoAnswer
		}
		switch key[0] {
		case carriageReturn, lineFeed:
			return secret, nil
		case interrupt:
			clear(secret)
			return nil, ErrInterrupted
		case endOfFile:
			if len(secret) == 0 {
				return nil, ErrNoAnswer
			}
		case backspace, deleteKey:
			secret = dropLast(secret)
		case killLine:
			clear(secret)
			secret = secret[:0]
		default:
			if len(secret) == maxSecret {
				clear(secret)
				return nil, ErrTooLong
			}
			secret = append(secret, key[0])
		}
	}
}

// dropLast removes the last character, which may be several bytes of UTF-8.
func dropLast(secret []byte) []byte {
	n := len(secret)
	for n > 0 {
		n--
		last := secret[n]
		secret[n] = 0
		if last&0xC0 != 0x80 { // not a continuation byte
			break
		}
	}
	return secret[:n]
}

// Confirm prints the question and reads one line; yes and y, in any case, and
// はい mean true, everything else false.
func (t *Terminal) Confirm(ctx context.Context, question string) (bool, error) {
	if err := errors.Join(t.discard(), t.Print(question)); err != nil {
		return false, err
	}
	return Wait(ctx, func() (bool, error) { return readAnswer(t.in) })
}

func readAnswer(in io.Reader) (bool, error) {
	line := make([]byte, 0, 16)
	key := make([]byte, 1)
	for {
		if _, err := in.Read(key); err != nil {
			return false, ErrNoAnswer
		}
		if key[0] == '\n' || key[0] == '\r' {
			return isYes(string(line)), nil
		}
		if len(line) < cap(line) {
			line = append(line, key[0])
		}
	}
}

func isYes(answer string) bool {
	switch answer {
	case "y", "Y", "yes", "Yes", "YES", "はい":
		return true
	}
	return false
}
