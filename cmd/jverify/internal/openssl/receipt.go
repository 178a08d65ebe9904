package openssl

import (
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
)

// receiptRequest is what is printed of a ReceiptRequest (RFC 2634, 2.7).
type receiptRequest struct {
	id       []byte
	from     string   // "All", "First Tier"; else list
	fromList []string // names
	to       []string
}

// printReceiptRequests writes the receipt request of every signer.
func printReceiptRequests(w io.Writer, sd *cms.SignedData) {
	for i, s := range sd.Signers {
		fmt.Fprintf(w, "Signer %d:\n", i+1)
		found := s.SignedAttrs.Get(der.AttributeReceiptRequest)
		if len(found) == 0 || len(found[0].Values) == 0 {
			fmt.Fprintln(w, "  No Receipt Request")
			continue
		}
		r, ok := parseReceiptRequest(found[0].Values[0])
		if !ok {
			fmt.Fprintln(w, "  Receipt Request Parse Error")
			continue
		}
		r.print(w)
	}
}

func (r *receiptRequest) print(w io.Writer) {
	fmt.Fprintln(w, "  Signed Content ID:")
	dump(w, r.id)
	fmt.Fprint(w, "  Receipts From")
	if r.from != "" {
		fmt.Fprintf(w, ": %s\n", r.from)
	} else {
		fmt.Fprintln(w, " List:")
		printNames(w, r.fromList)
	}
	fmt.Fprintln(w, "  Receipts To:")
	printNames(w, r.to)
}

func printNames(w io.Writer, names []string) {
	for _, n := range names {
		fmt.Fprintf(w, "    %s\n", n)
	}
}

// dump writes octets as BIO_dump_indent does.
func dump(w io.Writer, b []byte) {
	const width = 16
	for i := 0; i < len(b); i += width {
		row := b[i:min(i+width, len(b))]
		var octets, text strings.Builder
		for j := range width {
			if j >= len(row) {
				octets.WriteString("   ")
				continue
			}
			separator := " "
			if j == width/2-1 {
				separator = "-"
			}
			octets.WriteString(hex.EncodeToString(row[j:j+1]) + separator)
			if c := row[j]; c >= ' ' && c <= '~' {
				text.WriteByte(c)
			} else {
				text.WriteByte('.')
			}
		}
		fmt.Fprintf(w, "    %04x - %s  %s\n", i, octets.String(), text.String())
	}
}

func parseReceiptRequest(value []byte) (r receiptRequest, ok bool) {
	value, err := der.ToDER(value)
	if err != nil {
		return r, false
	}
	in := cryptobyte.String(value)
	var seq, id, list cryptobyte.String
	if !in.ReadASN1(&seq, asn1.SEQUENCE) || !seq.ReadASN1(&id, asn1.OCTET_STRING) {
		return r, false
	}
	r.id = id
	if !r.readFrom(&seq) || !seq.ReadASN1(&list, asn1.SEQUENCE) {
		return r, false
	}
	for !list.Empty() {
		var names cryptobyte.String
		if !list.ReadASN1(&names, asn1.SEQUENCE) {
			return r, false
		}
		r.to = append(r.to, generalNames(names)...)
	}
	return r, true
}

// readFrom reads ReceiptsFrom: [0] allOrFirstTier, or [1] receiptList.
func (r *receiptRequest) readFrom(seq *cryptobyte.String) bool {
	var tag asn1.Tag
	var value cryptobyte.String
	if !seq.ReadAnyASN1(&value, &tag) {
		return false
	}
	switch tag {
	case asn1.Tag(0).ContextSpecific():
		r.from = "First Tier"
		if len(value) == 1 && value[0] == 0 {
			r.from = "All"
		}
		return true
	case asn1.Tag(1).ContextSpecific().Constructed():
		for !value.Empty() {
			var names cryptobyte.String
			if !value.ReadASN1(&names, asn1.SEQUENCE) {
				return false
			}
			r.fromList = append(r.fromList, generalNames(names)...)
		}
		return true
	}
	return false
}

// generalNames renders GeneralNames; of kinds other than text only the kind.
func generalNames(names cryptobyte.String) (list []string) {
	kinds := []string{"othername", "email", "DNS", "X400Name", "DirName", "EdiPartyName", "URI", "IP Address", "Registered ID"}
	for !names.Empty() {
		var value cryptobyte.String
		var tag asn1.Tag
		if !names.ReadAnyASN1(&value, &tag) {
			return list
		}
		number := int(tag & 0x1f)
		switch {
		case number == 1 || number == 2 || number == 6:
			list = append(list, kinds[number]+":"+string(value))
		case number < len(kinds):
			list = append(list, kinds[number]+":<unsupported>")
		}
	}
	return list
}
