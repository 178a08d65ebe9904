// Package term talks with the person at the terminal: secrets without echo,
// and yes-or-no questions.
//
// Open returns the controlling terminal itself, whatever standard input and
// output are connected to, so that a PIN can be typed while a document comes
// through a pipe. ReadSecret keeps what is typed in one buffer of fixed size,
// which the caller wipes; nothing else of this package holds it.
package term
