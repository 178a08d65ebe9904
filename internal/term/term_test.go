package term

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestReadUnechoed(t *testing.T) {
	for _, tt := range []struct {
		name, typed, want string
		err               error
	}{
		{"line feed", "PASSWORD1\n", "PASSWORD1", nil},
		{"carriage return ends the line", "1234\rrest", "1234", nil},
		{"backspace", "12a\b3\x7f34\r", "1234", nil},
		{"backspace on nothing", "\b\x7f1234\r", "1234", nil},
		{"backspace drops a whole character", "あい\b\r", "あ", nil},
		{"kill line", "wrong\x15right\r", "right", nil},
		{"empty", "\r", "", nil},
		{"Ctrl-D after input is ignored", "12\x0434\r", "1234", nil},
		{"Ctrl-C", "12\x03", "", ErrInterrupted},
		{"Ctrl-D on nothing", "\x04", "", ErrNoAnswer},
		{"no line end", "1234", "", ErrNoAnswer},
		{"longest", strings.Repeat("x", maxSecret) + "\r", strings.Repeat("x", maxSecret), nil},
		{"too long", strings.Repeat("x", maxSecret+1) + "\r", "", ErrTooLong},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readUnechoed(strings.NewReader(tt.typed))
			if string(got) != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("got %q, %v; want %q, %v", got, err, tt.want, tt.err)
			}
			if cap(got) != maxSecret && err == nil {
				t.Errorf("the secret moved to another buffer (capacity %d)", cap(got))
			}
		})
	}
}

func TestDropLastWipes(t *testing.T) {
	secret := append(make([]byte, 0, maxSecret), "12い"...)
	if got := dropLast(secret); string(got) != "12" || !bytes.Equal(secret[:5], []byte("12\x00\x00\x00")) {
		t.Errorf("left %q in %q", got, secret)
	}
}

func TestAnAbandonedQuestionEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	silent, _ := io.Pipe()
	_, err := Wait(ctx, func() (bool, error) { return readAnswer(silent) })
	if !errors.Is(err, ErrInterrupted) {
		t.Errorf("got %v, want ErrInterrupted", err)
	}
}

func TestIsYes(t *testing.T) {
	for answer, want := range map[string]bool{"y": true, "YES": true, "はい": true, "": false, "n": false, "yy": false} {
		if isYes(answer) != want {
			t.Errorf("isYes(%q) = %v", answer, !want)
		}
	}
}
