package progress

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
)

// screen is a writer for several goroutines.
type screen struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func TestLine(t *testing.T) {
	now := time.Unix(0, 0)
	m := None(&screen{})
	m.now = func() time.Time { return now }
	m.Known(60)
	for range 10 {
		m.Done(true)
	}
	m.Pause() // for the PIN: nothing was signed yet
	now = now.Add(time.Minute)
	m.Resume()
	if m.Line() != "" {
		t.Errorf("before the first document: %q", m.Line())
	}
	for i := range 20 {
		now = now.Add(500 * time.Millisecond)
		m.Busy(475 * time.Millisecond)
		m.Done(false)
		if i == 10 {
			m.Pause() // the card was away
			now = now.Add(time.Hour)
			m.Resume()
		}
	}
	for l, want := range map[lang.Language]string{
		lang.English:  " 2.0/s  key 95%  15s left",
		lang.Japanese: " 2.0件/秒  鍵の稼働 95%  残り15s",
	} {
		m.language = l
		if got := m.Line(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if m.count() != "30/60 " {
		t.Errorf("count %q", m.count())
	}
}

func TestBar(t *testing.T) {
	var s screen
	m := Bar(&s, lang.English)
	m.Known(4)
	for range 3 {
		m.Done(false)
	}
	m.Print("a line\n")
	for deadline := time.Now().Add(2 * time.Minute); !strings.Contains(s.String(), "3/4") || !strings.Contains(s.String(), "a line"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the bar shows %q", s.String())
		}
	}
	m.Pause()
	before := s.String()
	time.Sleep(2 * refreshEvery) // nothing is drawn meanwhile
	if after := s.String(); after != before {
		t.Errorf("drawn while paused: %q", after[len(before):])
	}
	m.Resume()
	m.Done(false)
	m.Close()
}

func TestWithoutBar(t *testing.T) {
	var s screen
	m := None(&s)
	m.Known(1)
	m.Done(false)
	m.Print("x\n")
	m.Pause()
	m.Resume()
	m.Close()
	if s.String() != "x\n" {
		t.Errorf("%q", s.String())
	}
}
