package emulator_test

import (
	"fmt"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/emulator"
)

// A card in a reader, reached by a session as through PC/SC.
func Example() {
	card, err := emulator.New(emulator.Options{SignTries: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	session, err := emulator.NewReader(card).Connect()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer session.Close()
	for _, c := range []cardio.Command{
		{INS: cardio.InsSelect, P1: 0x04, P2: 0x0C, Data: []byte("\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01")},
		{INS: cardio.InsVerify, P2: 0x9B},                            // how many tries are left?
		{INS: cardio.InsVerify, P2: 0x9B, Data: []byte("password1")}, // the card compares bytes
		{INS: cardio.InsVerify, P2: 0x9B, Data: []byte(emulator.SignPassword)},
	} {
		r, err := cardio.Send(session, c)
		fmt.Println(r.SW, err)
	}
	// Output:
	// 9000 <nil>
	// 63C2 <nil>
	// 63C1 <nil>
	// 9000 <nil>
}
