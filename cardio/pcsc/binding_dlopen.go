//go:build linux || darwin || freebsd

package pcsc

import (
	"runtime"
	"time"
	"unsafe"

	"github.com/ebitengine/purego"
)

// BoundAtRunTime is Establish through the binding that looks for the system's
// library when it is called. It is what Establish does in programs built
// without cgo. The error wraps ErrNoLibrary when there is none.
func BoundAtRunTime() (*Context, error) { return establish(bindLibrary) }

// library holds the functions of libpcsclite or PCSC.framework that are used,
// with the prototypes of winscard.h. Contexts and handles are words.
type library struct {
	establishContext func(scope word, reserved1, reserved2 unsafe.Pointer, ctx *word) word
	releaseContext   func(ctx word) word
	listReaders      func(ctx word, groups unsafe.Pointer, list *byte, size *word) word
	getStatusChange  func(ctx, timeout word, states *byte, n word) word
	connect          func(ctx word, reader *byte, share, protocols word, card, active *word) word
	reconnect        func(card, share, protocols, initialization word, active *word) word
	disconnect       func(card, disposition word) word
	beginTransaction func(card word) word
	endTransaction   func(card, disposition word) word
	transmit         func(card word, send *ioRequest, command *byte, n word, receive *ioRequest, response *byte, size *word) word
}

// ioRequest is SCARD_IO_REQUEST.
type ioRequest struct{ protocol, size word }

// loadLibrary binds the functions. The library stays loaded: it counts its
// users, and macOS never unloads frameworks.
func loadLibrary(path string) (*library, error) {
	so, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, noLibrary(err)
	}
	lib := new(library)
	for _, f := range []struct {
		name string
		fn   any
	}{
		{"SCardEstablishContext", &lib.establishContext},
		{"SCardReleaseContext", &lib.releaseContext},
		{"SCardListReaders", &lib.listReaders},
		{"SCardGetStatusChange", &lib.getStatusChange},
		{"SCardConnect", &lib.connect},
		{"SCardReconnect", &lib.reconnect},
		{"SCardDisconnect", &lib.disconnect},
		{"SCardBeginTransaction", &lib.beginTransaction},
		{"SCardEndTransaction", &lib.endTransaction},
		{"SCardTransmit", &lib.transmit},
	} {
		address, err := purego.Dlsym(so, f.name)
		if err != nil {
			return nil, noLibrary(err)
		}
		purego.RegisterFunc(f.fn, address)
	}
	return lib, nil
}

func bindLibrary() (system, Code, error) { return bindLibraryAt(libraryPath) }

func bindLibraryAt(path string) (system, Code, error) {
	lib, err := loadLibrary(path)
	if err != nil {
		return nil, codeSuccess, err
	}
	s := &librarySystem{lib: lib}
	if c := Code(lib.establishContext(scopeSystem, nil, nil, &s.ctx)); c != codeSuccess {
		return nil, c, nil
	}
	return s, codeSuccess, nil
}

type librarySystem struct {
	lib *library
	ctx word
}

func (s *librarySystem) release() Code { return Code(s.lib.releaseContext(s.ctx)) }

func (s *librarySystem) listReaders() ([]string, Code) {
	for {
		var size word
		if c := Code(s.lib.listReaders(s.ctx, nil, nil, &size)); c != codeSuccess || size == 0 {
			return nil, c
		}
		list := make([]byte, size)
		switch c := Code(s.lib.listReaders(s.ctx, nil, &list[0], &size)); c {
		case codeInsufficient: // a reader came between the two calls
		case codeSuccess:
			return splitNames(list[:min(int(size), len(list))]), c
		default:
			return nil, c
		}
	}
}

func (s *librarySystem) status(states []readerState, timeout time.Duration) Code {
	array, names := hostLayout().encode(states)
	c := Code(s.lib.getStatusChange(s.ctx, word(timeout.Milliseconds()), &array[0], word(len(states))))
	runtime.KeepAlive(names)
	hostLayout().decode(array, states)
	return c
}

func (s *librarySystem) connect(reader string) (handle, Code) {
	name := append([]byte(reader), 0)
	h := &libraryHandle{lib: s.lib}
	c := Code(s.lib.connect(s.ctx, &name[0], shareShared, word(protocolAny), &h.card, &h.active))
	if c != codeSuccess {
		return nil, c
	}
	return h, codeSuccess
}

type libraryHandle struct {
	lib          *library
	card, active word
}

func (h *libraryHandle) protocol() protocol { return protocol(h.active) }
func (h *libraryHandle) begin() Code        { return Code(h.lib.beginTransaction(h.card)) }

func (h *libraryHandle) end(d disposition) Code {
	return Code(h.lib.endTransaction(h.card, word(d)))
}

func (h *libraryHandle) reconnect() Code {
	return Code(h.lib.reconnect(h.card, shareShared, word(protocolAny), word(leaveCard), &h.active))
}

func (h *libraryHandle) disconnect(d disposition) Code {
	return Code(h.lib.disconnect(h.card, word(d)))
}

func (h *libraryHandle) transmit(command []byte) ([]byte, Code) {
	send := ioRequest{protocol: h.active, size: word(unsafe.Sizeof(ioRequest{}))}
	receive := send
	response := make([]byte, maxResponse)
	size := word(len(response))
	c := Code(h.lib.transmit(h.card, &send, &command[0], word(len(command)), &receive, &response[0], &size))
	if c != codeSuccess {
		return nil, c
	}
	return response[:min(int(size), len(response))], c
}
