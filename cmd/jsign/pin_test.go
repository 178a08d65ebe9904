package main

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadSecretLine(t *testing.T) {
	long := strings.Repeat("x", maxSecretFile)
	for _, tt := range []struct {
		name, content, want string
		ok                  bool
	}{
		{"one line", "PASSWORD1\n", "PASSWORD1", true},
		{"no line end", "PASSWORD1", "PASSWORD1", true},
		{"CRLF", "1234\r\n", "1234", true},
		{"only the first line", "1234\nother\n", "1234", true},
		{"empty", "", "", true},
		{"spaces are kept", " 1234 \n", " 1234 ", true},
		{"longest", long[1:] + "\n", long[1:], true},
		{"too long", long + "\n", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readSecretLine(iotest.OneByteReader(strings.NewReader(tt.content)))
			if string(got) != tt.want || (err == nil) != tt.ok {
				t.Errorf("got %q, %v; want %q", got, err, tt.want)
			}
		})
	}
	broken := errors.New("broken")
	if _, err := readSecretLine(iotest.ErrReader(broken)); err == nil || exitCode(t.Context(), err) != exitPIN {
		t.Errorf("a broken source: %v", err)
	}
}
