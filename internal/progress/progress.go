// Package progress shows how far a batch is: a bar on a terminal, lines
// elsewhere.
//
//	p := progress.Bar(os.Stderr, language) // or progress.None(os.Stderr)
//	p.Known(200)
//	p.Busy(d); p.Done(false)               // for each document
//	p.Print("line above the bar\n")
//	p.Pause(); …ask a person…; p.Resume()
//	p.Close()
//
// A Meter may be used by many goroutines.
package progress

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/jsign-jp/jsign/internal/lang"
)

// refreshEvery is how often the bar is drawn.
const refreshEvery = 150 * time.Millisecond

// Meter shows progress.
type Meter struct {
	out      io.Writer
	language lang.Language
	now      func() time.Time
	begun    atomic.Int64 // ns since 1970 when the key began to work; 0: not yet
	rested   atomic.Int64 // ns that a person was asked meanwhile
	done     atomic.Int64
	worked   atomic.Int64 // of done, what is of this run
	busy     atomic.Int64 // ns
	total    atomic.Int64 // 0: not known

	container *mpb.Progress // nil: no bar
	bar       *mpb.Bar
	refresh   chan any
	drawing   chan struct{} // a frame has been begun
	stop      chan struct{}
	mu        sync.Mutex // held while the bar is paused or drawn
	paused    time.Time
}

// None shows no bar; what is printed goes to out.
func None(out io.Writer) *Meter { return &Meter{out: out, now: time.Now} }

// Bar draws a bar on a terminal.
func Bar(out io.Writer, language lang.Language) *Meter {
	m := &Meter{out: out, language: language, now: time.Now,
		refresh: make(chan any), drawing: make(chan struct{}, 1), stop: make(chan struct{})}
	m.container = mpb.New(mpb.WithOutput(out), mpb.WithWidth(40), mpb.WithManualRefresh(m.refresh))
	m.bar = m.container.AddBar(0,
		mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { m.begin(); return m.count() })),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return m.Line() })),
		mpb.BarRemoveOnComplete())
	go m.draw()
	return m
}

// draw asks for a picture now and then, unless the bar is paused.
func (m *Meter) draw() {
	tick := time.NewTicker(refreshEvery)
	defer tick.Stop()
	for {
		select {
		case <-m.stop:
			return
		case <-tick.C:
		}
		m.mu.Lock()
		select {
		case m.refresh <- time.Now():
			m.finishFrame()
		case <-m.stop:
		}
		m.mu.Unlock()
	}
}

// begin is called within each frame.
func (m *Meter) begin() {
	select {
	case m.drawing <- struct{}{}:
	default: // Close was faster than finishFrame
	}
}

// finishFrame returns when the frame that was asked for is on the screen: the
// container begins it later, and takes no Write before it is drawn. A frame that
// came after Pause would wipe the question away.
func (m *Meter) finishFrame() {
	select {
	case <-m.drawing:
		m.container.Write(nil)
	case <-m.stop:
	}
}

// Drawn tells whether there is a bar.
func (m *Meter) Drawn() bool { return m.container != nil }

// Known tells how many documents there are.
func (m *Meter) Known(total int) {
	m.total.Store(int64(total))
	if m.bar != nil {
		m.bar.SetTotal(int64(total), false)
	}
}

// Busy counts time that the key was at work, when it was.
func (m *Meter) Busy(d time.Duration) {
	m.begun.CompareAndSwap(0, m.now().Add(-d).UnixNano())
	m.busy.Add(int64(d))
}

// Done counts a document; earlier says that nothing was to be done for it, which
// tells nothing about the others.
func (m *Meter) Done(earlier bool) {
	done := m.done.Add(1)
	if !earlier {
		m.worked.Add(1)
	}
	if m.bar != nil {
		m.bar.SetCurrent(min(done, max(m.total.Load()-1, 0))) // the end is Close's
	}
}

func (m *Meter) count() string {
	if total := m.total.Load(); total > 0 {
		return fmt.Sprintf("%d/%d ", m.done.Load(), total)
	}
	return fmt.Sprintf("%d ", m.done.Load())
}

// Line says rate, utilisation of the key and the time that is left.
func (m *Meter) Line() string {
	begun, worked := m.begun.Load(), m.worked.Load()
	elapsed := time.Duration(m.now().UnixNano() - begun - m.rested.Load())
	if begun == 0 || worked == 0 || elapsed <= 0 {
		return ""
	}
	done, total := m.done.Load(), m.total.Load()
	rate := float64(worked) / elapsed.Seconds()
	use := min(100*float64(m.busy.Load())/float64(elapsed), 100)
	text := lang.M(" %.1f/s  key %.0f%%", " %.1f件/秒  鍵の稼働 %.0f%%", rate, use).In(m.language)
	if total > done {
		left := time.Duration(float64(total-done) / rate * float64(time.Second)).Round(time.Second)
		text += lang.M("  %v left", "  残り%v", left).In(m.language)
	}
	return text
}

// Print writes a text, ending with a newline, above the bar.
func (m *Meter) Print(text string) {
	if m.container != nil {
		m.container.Write([]byte(text)) // an ended bar is no reason to stop
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	io.WriteString(m.out, text)
}

// Pause keeps the bar from being drawn, so that a person can be asked.
func (m *Meter) Pause() {
	m.mu.Lock()
	m.paused = m.now()
	if m.container != nil {
		fmt.Fprintln(m.out)
	}
}

// Resume ends Pause.
func (m *Meter) Resume() {
	if m.begun.Load() != 0 {
		m.rested.Add(int64(m.now().Sub(m.paused)))
	}
	m.mu.Unlock()
}

// Close removes the bar. It may be called twice, by one goroutine.
func (m *Meter) Close() {
	if m.container == nil {
		return
	}
	select {
	case <-m.stop:
		return
	default:
		close(m.stop)
	}
	m.bar.Abort(true)
	m.container.Shutdown()
}
