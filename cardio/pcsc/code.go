package pcsc

import "fmt"

// Code is a result code of PC/SC. On systems where it is 64 bits wide or
// negative it is cut to the 32 bits that all agree on.
type Code uint32

// The codes that are told apart.
const (
	codeSuccess           Code = 0
	codeInvalidParameter  Code = 0x80100004
	codeInsufficient      Code = 0x80100008 // buffer too small
	codeUnknownReader     Code = 0x80100009
	codeTimeout           Code = 0x8010000A
	codeSharingViolation  Code = 0x8010000B
	codeNoSmartCard       Code = 0x8010000C
	codeProtocolMismatch  Code = 0x8010000F
	codeNotReady          Code = 0x80100010
	codeCommError         Code = 0x80100013
	codeNotTransacted     Code = 0x80100016
	codeReaderUnavailable Code = 0x80100017
	codeNoService         Code = 0x8010001D
	codeServiceStopped    Code = 0x8010001E
	codeNoAccess          Code = 0x80100027
	codeNoReaders         Code = 0x8010002E
	codeCommDataLost      Code = 0x8010002F
	codeUnsupportedCard   Code = 0x80100065
	codeUnresponsive      Code = 0x80100066
	codeUnpowered         Code = 0x80100067
	codeReset             Code = 0x80100068
	codeRemoved           Code = 0x80100069
	codeSecurityViolation Code = 0x8010006A
)

// String returns eight upper-case hex digits, as system documentation lists
// the codes.
func (c Code) String() string { return fmt.Sprintf("%08X", uint32(c)) }
