package lang

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestExplainFollowsTheLanguage(t *testing.T) {
	inner := Errorf("reader %q is empty", "リーダー%qは空です", "A")
	outer := Errorf("%[1]v: %[2]v", "%[2]v（%[1]v）", M("card", "カード"), inner)
	if got, want := Explain(outer, English), `card: reader "A" is empty`; got != want {
		t.Errorf("English: %q, want %q", got, want)
	}
	if got, want := Explain(outer, Japanese), `リーダー"A"は空です（カード）`; got != want {
		t.Errorf("Japanese: %q, want %q", got, want)
	}
	if outer.Error() != Explain(outer, English) {
		t.Errorf("Error() is %q", outer.Error())
	}
	if !errors.Is(outer, inner) {
		t.Error("the argument error is not wrapped")
	}
}

func TestForeignErrorsKeepTheirText(t *testing.T) {
	if got := Explain(Errorf("x: %v", "え: %v", errors.New("odd")), Japanese); got != "え: odd" {
		t.Errorf("got %q", got)
	}
	err := Errorf("cannot read: %w", "読み取れません: %w", io.ErrUnexpectedEOF)
	if got, want := Explain(err, Japanese), "読み取れません: データが途中で終わっています"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("not wrapped")
	}
	if got := Explain(errors.New("two\r\nlines"), English); got != "two lines" {
		t.Errorf("not one line: %q", got)
	}
}

func TestJoinedErrorsAreExplainedEach(t *testing.T) {
	one := WithHint(Errorf("one", "一"), "do one", "一をする")
	two := Errorf("two", "二")
	joined := errors.Join(nil, errors.Join(one, nil), two)
	if got := Explain(joined, Japanese); got != "一; 二" {
		t.Errorf("Japanese: %q", got)
	}
	if got := Hint(joined, Japanese); got != "一をする" {
		t.Errorf("hint: %q", got)
	}
	if got := Parts(joined); len(got) != 2 || got[0] != one || got[1] != two {
		t.Errorf("parts: %v", got)
	}
	several := fmt.Errorf("%w and %w", one, two)
	if got := Parts(several); len(got) != 1 || got[0] != several {
		t.Errorf("an error with its own text came apart: %v", got)
	}
	if got := Explain(several, Japanese); got != "one and two" {
		t.Errorf("foreign: %q", got)
	}
}

func TestHintIsTheOutermost(t *testing.T) {
	err := WithHint(Errorf("no reader", "リーダーなし"), "connect one", "接続してください")
	if Hint(err, Japanese) != "接続してください" || Hint(Errorf("%w", "%w", err), English) != "connect one" {
		t.Error("the hint is lost")
	}
	if got := Hint(WithHint(err, "try %d", "%d回", 2), Japanese); got != "2回" {
		t.Errorf("outer hint: %q", got)
	}
	if Explain(err, Japanese) != "リーダーなし" {
		t.Errorf("the text changed: %q", Explain(err, Japanese))
	}
	if Hint(io.EOF, English) != "" || WithHint(nil, "a", "b") != nil {
		t.Error("hint out of nothing")
	}
}

func TestFromEnvironment(t *testing.T) {
	for _, tt := range []struct {
		env  map[string]string
		want Language
	}{
		{map[string]string{}, English},
		{map[string]string{"LANG": "ja_JP.UTF-8"}, Japanese},
		{map[string]string{"LANG": "ja_JP.UTF-8", "LC_ALL": "C"}, English},
		{map[string]string{"LANG": "en_US.UTF-8", "LC_MESSAGES": "ja"}, Japanese},
		{map[string]string{"LANG": "de_DE"}, English},
	} {
		if got := FromEnvironment(func(k string) string { return tt.env[k] }); got != tt.want {
			t.Errorf("%v: %v", tt.env, got)
		}
	}
}

func TestTheSystemSpeaksJapanese(t *testing.T) {
	_, err := os.Open(filepath.Join(t.TempDir(), "none"))
	if got := Explain(err, Japanese); !strings.HasSuffix(got, "none: ファイルまたはフォルダーがありません") {
		t.Errorf("got %q", got)
	}
	if got := Explain(err, English); got != err.Error() {
		t.Errorf("English changed to %q", got)
	}
	if got := Explain(Errorf("x: %v", "x: %v", syscall.ENOSPC), Japanese); got != "x: ディスクに空きがありません" {
		t.Errorf("got %q", got)
	}
}

func TestDisplay(t *testing.T) {
	for name, want := range map[string]string{
		"契約書　最終.pdf": "契約書　最終.pdf", "a b": "a b", "": `""`, "x\x1b[31m": `"x\x1b[31m"`, "two\nlines": `"two\nlines"`, "\xff": `"\xff"`,
		`"two\nlines"`: `"\"two\\nlines\""`,
	} {
		if got := Display(name); got != want {
			t.Errorf("Display(%q) = %s, want %s", name, got, want)
		}
	}
}

func TestNameHex(t *testing.T) {
	for name, want := range map[string]string{"契約書.pdf": "", "": "", "two\nlines": "74776f0a6c696e6573", "\xff\xfe": "fffe"} {
		if got := NameHex(name); got != want {
			t.Errorf("NameHex(%q) = %s, want %s", name, got, want)
		}
	}
}

func TestCause(t *testing.T) {
	refused := fmt.Errorf("refused: %w", syscall.ECONNREFUSED)
	for _, err := range []error{
		refused,
		&net.OpError{Op: "dial", Net: "tcp", Err: refused},
		&url.Error{Op: "Post", URL: "http://host/", Err: &net.OpError{Op: "dial", Err: refused}},
	} {
		if got := Cause(err); got != refused {
			t.Errorf("%v comes of %v", err, got)
		}
	}
}
