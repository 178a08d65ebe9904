//go:build cgo || windows

package pcsc

import (
	"fmt"
	"runtime"
	"time"

	"github.com/ebfe/scard"
)

// defaultBinding is the binding of Establish.
func defaultBinding() (system, Code, error) { return bindScard() }

// bindScard binds PC/SC through github.com/ebfe/scard.
func bindScard() (system, Code, error) {
	ctx, err := scard.EstablishContext()
	if err != nil {
		return nil, codeOf(err), nil
	}
	return &scardSystem{ctx}, codeSuccess, nil
}

// codeOf returns the result code behind an error of the scard package.
func codeOf(err error) Code {
	if err == nil {
		return codeSuccess
	}
	if c, ok := err.(scard.Error); ok {
		return Code(c)
	}
	return codeInvalidParameter
}

type scardSystem struct{ ctx *scard.Context }

func (s *scardSystem) listReaders() ([]string, Code) {
	names, err := s.ctx.ListReaders()
	return names, codeOf(err)
}

func (s *scardSystem) status(states []readerState, timeout time.Duration) Code {
	sys := make([]scard.ReaderState, len(states))
	for i, r := range states {
		sys[i] = scard.ReaderState{Reader: s.pinnedName(r.reader), CurrentState: scard.StateFlag(r.current)}
	}
	code := codeOf(s.ctx.GetStatusChange(sys, timeout))
	for i := range states {
		states[i].event, states[i].atr = uint32(sys[i].EventState), sys[i].Atr
	}
	return code
}

// pinnedName returns the reader's name with a tail behind its NUL that is this
// context's own. The scard package keeps one C string per name alive for the
// whole process; without the tail, a second context would free the string that
// a first one is still waiting with. On Windows names may hold no NUL.
func (s *scardSystem) pinnedName(reader string) string {
	if runtime.GOOS == "windows" {
		return reader
	}
	return fmt.Sprintf("%s\x00%p", reader, s.ctx)
}

func (s *scardSystem) connect(reader string) (handle, Code) {
	card, err := s.ctx.Connect(reader, scard.ShareShared, scard.ProtocolAny)
	if err != nil {
		return nil, codeOf(err)
	}
	return scardHandle{card}, codeSuccess
}

func (s *scardSystem) release() Code { return codeOf(s.ctx.Release()) }

type scardHandle struct{ card *scard.Card }

func (h scardHandle) protocol() protocol { return protocol(h.card.ActiveProtocol()) }
func (h scardHandle) begin() Code        { return codeOf(h.card.BeginTransaction()) }

func (h scardHandle) end(d disposition) Code {
	return codeOf(h.card.EndTransaction(scard.Disposition(d)))
}

func (h scardHandle) transmit(command []byte) ([]byte, Code) {
	response, err := h.card.Transmit(command)
	return response, codeOf(err)
}

func (h scardHandle) reconnect() Code {
	return codeOf(h.card.Reconnect(scard.ShareShared, scard.ProtocolAny, scard.LeaveCard))
}

func (h scardHandle) disconnect(d disposition) Code {
	return codeOf(h.card.Disconnect(scard.Disposition(d)))
}
