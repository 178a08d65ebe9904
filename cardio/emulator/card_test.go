package emulator_test

import (
	"bytes"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/emulator"
)

// TestMeasuredBehaviour is what the plastic card was measured to do, or what
// OpenSC was traced to send and need.
func TestMeasuredBehaviour(t *testing.T) {
	for _, test := range []struct {
		name  string
		lines []string
	}{
		{"applets", []string{
			selectJPKI + "> 9000",
			selectText + "> 9000",
			"00A4040C0A D3921000310001010402 > 9000",
			"00A4040C0A D3921000310001010401 > 9000",
			"00A4040C0A D3921000310001010100 > 9000",
			"00A4040007 A0000001510000 00 > 6F09 8407A0000001510000 9000",
			"00A404000A D392F000260100000001 00 > 6F0C 840AD392F000260100000001 9000",
			"00A404000A D392F000260100000001 > 9000", // no Le, no FCI
		}},
		{"applets that are not there", []string{ // probes of OpenSC 0.23, in their order
			"00A4040007 6276 01FF000000 > 6A82",
			"00A4040006 A00000000101 > 6A82",
			"00A404000B E82B0601040181C31F0201 00 > 6A82",
			"00A4040C0F D23300000045737445494420763335 > 6A82",
			"00CADF3005 > 6A88",
			"00CB3FFF03 5C017E 08 > 6D00",
			"00A4040009 A00000030800001000 00 > 6A82",
			"00A4040C07 A0000001 16DB00 > 6A82",
			"00A4040C0A A0000002310100000000 > 6A82", // a driving licence
			"00A4040C0A D392F000260100000002 > 6A82",
			"00A4040C05 D392F00026 > 6A82", // part of a name
			"00A4040C > 6700",
		}},
		{"master file", []string{
			"00A40000 > 6A86",
			"00A4000002 3F00 > 6A82",
			selectJPKI + "> 9000",
			selectAuthPIN + "> 9000",
			"00A40000 > 9000",
			query + "> 63C3", // still in the applet
			"00A4000002 3F00 > 6A82",
			"00A4000C02 3F00 > 6A82",
			"reset",
			"00A40000 > 6A86",
		}},
		{"files", []string{
			selectAuthCert + "> 6A82", // no applet
			selectJPKI + "> 9000",
			"00A4020C02 0001 > 9000", "00A4020C02 0002 > 9000", "00A4020C02 0006 > 9000", "00A4020C02 0008 > 9000",
			"00A4020C02 000A > 9000", "00A4020C02 000B > 9000", "00A4020C02 0010 > 9000", "00A4020C02 0017 > 9000",
			"00A4020C02 0018 > 9000", "00A4020C02 001A > 9000", "00A4020C02 001B > 9000",
			"00A4020002 0008 > 9000",
			"00A4020C02 00FF > 6A82",
			"00A4020C01 08 > 6700",
			"00A4090C02 0008 > 6A86", // P1 09, which OpenSC once sent
			"00A4020402 0008 > 6A86",
		}},
		{"failed selections change nothing", []string{
			selectJPKI + "> 9000",
			"00A4020C02 0008 > 9000",
			"00A4020C02 00FF > 6A82",
			"00A4040C05 D392F00026 > 6A82",
			"00B0000000 > 8F8F00 9000",
		}},
		{"availability and token", []string{
			selectJPKI + "> 9000",
			"00A4020C02 0008 > 9000",
			"00B0000000 > 8F8F00 9000",
			"00B0000001 > 8F 9000",
			"00B0000100 > 8F00 9000",
			"00B0000300 > 6B00",
			"00B07FFF00 > 6B00",
			"00A4020C02 0006 > 9000",
			"00B0000010 > 4A504B49 41504943 43544F4B 454E3220 9000",
			"00B0005010 > 30303030303030303230353030303033 9000",
			"00B0006004 > 0000040D 9000",
			"00B0009C00 > 39393939 9000",
			"00B000A000 > 6B00",
		}},
		{"read binary", []string{
			"00B0000004 > 6986",
			selectJPKI + "> 9000",
			"00B0000004 > 6986",
			"00B00000 > 6700",     // no Le
			"00B0000001FF > 6700", // data
			selectAuthPIN + "> 9000",
			"00B0000004 > 6981",
			selectAuthKey + "> 9000",
			"00B0000004 > 6981",
			selectSignCert + "> 9000",
			"00B0000004 > 6982",
			"00B0880000 > 8F8F00 9000", // short identifier
			"00B0000000 > 8F8F00 9000", // which is current now
			"00B0880200 > 00 9000",
			"00B0810004 > 6982",
			"00B09F0004 > 6A82",
			"00B0A80004 > 6A86",
		}},
		{"classes", []string{
			"01A4040C0A D392F000260100000001 > 6881",
			"02B0000000 > 6881",
			"41A4040C0A D392F000260100000001 > 6881",
			"08A4040C0A D392F000260100000001 > 6882",
			"0CA4040C0A D392F000260100000001 > 6882",
			selectJPKI + "> 9000",
			"0CB0000000 > 69FC",
			"0820008004 31323334 > 69FC",
			"10A4040C01 D3 > 6E00",
			"80A4040C0A D392F000260100000001 > 6E00",
			"90CA000000 > 6E00",
			"A0A4000002 3F00 > 6E00",
			"B0B0000000 > 6E00",
			"FFCA000000 > 6E00",
			"002A008002 ABCD 00 > 6E00",
			"00DA000000 > 6D00",
			"0022410600 > 6D00",
			"8022410600 > 6D00",
			"00C0000000 > 6D00", // this transport needs no GET RESPONSE
		}},
		{"other commands", []string{
			"80FC0000 > 6700",
			"80AE000001 00 > 6D00",
			selectJPKI + "> 9000",
			"80AE000001 00 > 6982",
			"00A4040C0A D3921000310001010402 > 9000",
			"80AE000001 00 > 66F1",
			"00A4040C0A D3921000310001010100 > 9000",
			"80AE000001 00 > 66F1",
			"00CA00F000 > 3133323231 9000",
			"00CA00F200 > 3230333530323137 9000",
			"00CA5F5100 > E000FF8131FE4514 9000",
			"00CA7F2100 > 6700",
			"00CA7F21000000 > * 9000",
			"00CA00F3 00 > 6A88",
			"00CA00F0 > 6700",
			"0084000008 > * 9000",
			"0084000000 > * 9000",
			"00840000 > 6700",
			"0084010008 > 6A86",
		}},
		{"query", []string{
			query + "> 6986",
			selectJPKI + "> 9000",
			query + "> 6986",
			selectAuthPIN + "> 9000",
			query + "> 63C3",
			query + "> 63C3",
			"0020008000 > 6700", // with Le
			verifyAuth + "00 > 6700",
			"00200180 > 6A86",
			"00200000 > 6A86",
			"0020009B > 63C5",
			query + "> 63C5", // the short identifier made it current
			"00200098 > 63C3",
			"00200097 > 6981",
			"0020009F > 6A82",
			selectAuthCert + "> 9000",
			query + "> 6981",
		}},
		{"verify", []string{
			selectJPKI + "> 9000",
			selectAuthPIN + "> 9000",
			verifyWrong + "> 63C2",
			query + "> 63C2",
			verifyAuth + "> 9000",
			query + "> 63C3", // never 9000
			verifyWrong + "> 63C2",
			"00200080 03 313233 > 63C1",
			verifyWrong + "> 63C0", // this one blocked it
			query + "> 63C0",
			verifyAuth + "> 6984",
			verifyWrong + "> 6984",
			query + "> 63C0",
			selectSignPIN + "> 9000",
			query + "> 63C5", // the other PIN has its own counter
			verifySign + "> 9000",
		}},
		{"counters outlive everything", []string{
			selectJPKI + "> 9000",
			selectAuthPIN + "> 9000",
			verifyWrong + "> 63C2",
			"reset", selectJPKI + "> 9000", selectAuthPIN + "> 9000", query + "> 63C2",
			"power off", selectJPKI + "> 9000", selectAuthPIN + "> 9000", query + "> 63C2",
			verifyAuth + "> 9000",
			query + "> 63C3",
		}},
		{"passwords are compared as bytes", []string{
			selectJPKI + "> 9000",
			selectSignPIN + "> 9000",
			"00200080 09 70617373776F726431 > 63C4", // lower case
			"00200080 0A 50415353574F52443100 > 63C3",
			verifySign + "> 9000",
		}},
		{"signing", []string{
			"802A008002 ABCD 00 > 6986",
			selectJPKI + "> 9000",
			sign + "> 6986",
			selectAuthKey + "> 9000",
			sign + "> 6982",
			selectAuthPIN + "> 9000",
			verifyAuth + "> 9000",
			sign + "> 6981", // the PIN is current, not the key
			selectAuthKey + "> 9000",
			sign + "> * 9000",
			sign + "> * 9000", // one PIN, many signatures
			"802A008002 ABCD > * 9000",
			"802A0080000002 ABCD 0000 > * 9000",
			"802A008002 ABCD 80 > 6700",
			"802A0080 > 6700",
			"802A018002 ABCD 00 > 6A86",
			"802A048002 ABCD 00 > 6A86",
			"802A009702 ABCD 00 > * 9000",
			"802A009A02 ABCD 00 > 6982", // the other key
			selectSignKey + "> 9000",
			sign + "> 6982",
		}},
		{"both keys", []string{
			selectJPKI + "> 9000",
			selectSignPIN + "> 9000", verifySign + "> 9000",
			selectAuthPIN + "> 9000", verifyAuth + "> 9000",
			selectSignKey + "> 9000", sign + "> * 9000",
			selectAuthKey + "> 9000", sign + "> * 9000",
			selectSignCert + "> 9000", "00B0000004 > * 9000",
		}},
		{"status: the same applet keeps it", []string{
			selectJPKI + "> 9000", selectAuthPIN + "> 9000", verifyAuth + "> 9000",
			selectJPKI + "> 9000", selectAuthKey + "> 9000", sign + "> * 9000",
			"00A40000 > 9000", sign + "> * 9000",
			"00A4040C05 D392F00026 > 6A82", sign + "> * 9000",
		}},
		{"status: another applet ends it", []string{
			selectJPKI + "> 9000", selectAuthPIN + "> 9000", verifyAuth + "> 9000",
			selectText + "> 9000",
			selectJPKI + "> 9000", selectAuthKey + "> 9000", sign + "> 6982",
		}},
		{"status: the issuer's applet ends it", []string{
			selectJPKI + "> 9000", selectAuthPIN + "> 9000", verifyAuth + "> 9000",
			"00A4040C07 A0000001510000 > 9000",
			selectJPKI + "> 9000", selectAuthKey + "> 9000", sign + "> 6982",
		}},
		{"status: reset and power", []string{
			selectJPKI + "> 9000", selectAuthPIN + "> 9000", verifyAuth + "> 9000",
			"reset", sign + "> 6986",
			selectJPKI + "> 9000", selectAuthKey + "> 9000", sign + "> 6982",
			selectAuthPIN + "> 9000", verifyAuth + "> 9000",
			"power off", selectJPKI + "> 9000", selectAuthKey + "> 9000", sign + "> 6982",
		}},
		{"status: a wrong PIN ends it", []string{
			selectJPKI + "> 9000", selectAuthPIN + "> 9000", verifyAuth + "> 9000", verifyWrong + "> 63C2",
			selectAuthKey + "> 9000", sign + "> 6982",
		}},
		{"change", []string{
			selectJPKI + "> 9000", selectAuthPIN + "> 9000",
			"00240180 04 34333231 > 6982",
			verifyAuth + "> 9000",
			"00240080 08 31323334 34333231 > 6A86",
			"00240180 03 343332 > 6700",
			"00240180 05 3433323130 > 6700",
			"00240180 > 6700",
			"0024019B 06 414243313233 > 6982", // the other PIN
			selectAuthPIN + "> 9000",
			"00240180 04 34333231 > 9000",
			verifyAuth + "> 63C2",
			"00240180 04 34333231 > 6982",
			"00200080 04 34333231 > 9000",
			selectAuthKey + "> 9000",
			"00240180 04 34333231 > 6981",
		}},
		{"change when blocked", []string{
			selectJPKI + "> 9000", selectAuthPIN + "> 9000",
			verifyWrong + "> 63C2", verifyWrong + "> 63C1", verifyWrong + "> 63C0",
			"00240180 04 34333231 > 6984",
		}},
		{"malformed", []string{
			"00A404 > 6700", "00A4040C0A D392 > 6700", "00 > 6700",
		}},
	} {
		t.Run(test.name, func(t *testing.T) { converse(t, newCard(t, emulator.Options{}), test.lines...) })
	}
}

// TestNoAnswerIsShared: wiping an answer must not change the card.
func TestNoAnswerIsShared(t *testing.T) {
	card := newCard(t, emulator.Options{})
	converse(t, card, selectJPKI+"> 9000", "00A4020C02 0008 > 9000")
	answer, err := card.Transmit(unhex(t, "00B0000000"))
	if err != nil {
		t.Fatal(err)
	}
	clear(answer)
	clear(card.ATR())
	converse(t, card, "00B0000000 > 8F8F00 9000")
	if !bytes.Equal(card.ATR(), unhex(t, "3BE000FF8131FE4514")) {
		t.Errorf("ATR is now %X", card.ATR())
	}
}

func TestCounts(t *testing.T) {
	card := newCard(t, emulator.Options{})
	converse(t, card, selectJPKI+"> 9000", selectAuthPIN+"> 9000", query+"> 63C3", verifyWrong+"> 63C2", verifyAuth+"> 9000",
		selectAuthKey+"> 9000", sign+"> * 9000", verifyAuth+"> 6981", selectSignPIN+"> 9000", verifyAuth+"> 63C4")
	if n := card.VerifyCount(); n != 4 {
		t.Errorf("VerifyCount %d, want 4", n)
	}
	if n := card.SignCount(); n != 1 {
		t.Errorf("SignCount %d, want 1", n)
	}
	if a, s := card.AuthTries(), card.SignTries(); a != 3 || s != 4 {
		t.Errorf("tries %d and %d, want 3 and 4", a, s)
	}
}

// FuzzCard: no command makes the card fail or answer without a status word, and
// without VERIFY nothing secret can be had.
func FuzzCard(f *testing.F) {
	for _, seed := range []string{selectJPKI, selectSignCert, selectSignKey, query, sign, "00B0000000", "00B09A0000", "00C0000000", "802A009A000002ABCD0000"} {
		f.Add(unhex(f, seed), unhex(f, "00B0000004"))
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		for _, c := range [][]byte{first, second} {
			if len(c) > 1 && c[1]&^1 == cardio.InsVerify {
				return
			}
		}
		card := newCard(t, emulator.Options{})
		for _, c := range [][]byte{unhex(t, selectJPKI), first, second, unhex(t, sign), unhex(t, selectSignCert)} {
			if r, err := card.Transmit(c); err != nil || len(r) < 2 {
				t.Fatalf("%X: %X, error %v", c, r, err)
			}
		}
		r, err := card.Transmit(unhex(t, "00B0000000"))
		if err != nil || !bytes.Equal(r, []byte{0x69, 0x82}) && !bytes.Equal(r, []byte{0x69, 0x86}) {
			t.Fatalf("the signing certificate can be read: %X, error %v", r, err)
		}
		if card.SignCount() != 0 {
			t.Fatal("a signature without a PIN")
		}
	})
}
