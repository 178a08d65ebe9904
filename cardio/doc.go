// Package cardio speaks to smart cards: command and response APDUs, status
// words, and the one-method interface behind which any card can stand.
//
// Card is that interface: bytes in, bytes out. cardio/pcsc implements it over a
// reader, cardio/emulator in software; cardio/jpki, the applet of the
// Individual Number Card, knows only the interface. Exclusive is the second
// interface of a Card that other programs may reach too.
//
// Send transmits a command and follows what the transport asks for (61xx, 6Cxx).
// SendOnce transmits exactly once, whatever the card answers. Commands that
// carry a PIN are always sent once: a try lost to a repetition cannot be had
// back, so Send treats them as SendOnce does.
//
// A status word becomes an error by SW.Err. The error keeps SW1-SW2 and the
// instruction, and unwraps to what a caller decides on: *PINError (how many
// tries are left), ErrBlocked, ErrSecurityStatus, ErrNotFound, ErrUnsupported.
// Transports report ErrCardRemoved when the card is gone.
//
// Nothing here logs, and no error contains command data.
//
// Implemented: ISO/IEC 7816-3:2006, 12.1 (command cases, short and extended);
// ISO/IEC 7816-4:2020, 5.1 to 5.6 (APDUs, status bytes), 11.1 (GET RESPONSE).
package cardio
