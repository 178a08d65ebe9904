// Package pcsc reaches smart cards through PC/SC: the resource manager of the
// operating system, which shares readers and cards among programs.
//
// Establish connects to the resource manager. Context.Readers tells the readers
// and what is in them, Context.Wait blocks until that changes (a card put on or
// taken away, a reader plugged in or out), and Context.Connect opens the card
// in a reader as a *Conn, which is a cardio.Exclusive.
//
// Two bindings do the same. With cgo, and on Windows, it is
// github.com/ebfe/scard. Without cgo the system's library (libpcsclite.so.1,
// PCSC.framework) is bound at run time; a missing library is then an error of
// Establish (ErrNoLibrary), not of the program's start. BoundAtRunTime chooses
// the second binding where both are there.
//
// Nothing is repeated behind the caller's back once a command may have reached
// the card. Only Begin recovers: when another program reset the card since the
// last transaction it reconnects, because no command has been sent yet. A reset
// inside a transaction is ErrReset, and the caller decides.
//
// Errors say what is wrong and carry a hint in English and Japanese. What a
// caller decides on can be told apart with errors.Is: ErrNoLibrary,
// ErrNoService, ErrDenied, ErrNoReader, ErrUnknownReader, ErrNoCard, ErrInUse,
// ErrUnresponsive, ErrReset, ErrTransmission and cardio.ErrCardRemoved. *Error
// keeps the result code of PC/SC.
//
// A Context and the Conns made from it have one owner at a time: calls on one
// Context block each other in the resource manager. Use a Context of its own
// for Wait. No command data is logged or put in an error, and no buffer of a
// command is kept.
//
// Implemented: PC/SC part 5 (ICC resource manager: SCARDCOMM, SCARDTRACK,
// RESOURCEMANAGER, as winscard.h and pcsc-lite spell it); ISO/IEC 7816-3:2006,
// 12.2.5 (a T=0 command TPDU carries no Le after data).
package pcsc
