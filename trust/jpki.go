package trust

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// JPKIUse is what a JPKI certification authority issues certificates for.
type JPKIUse int

// The uses.
const (
	JPKISign JPKIUse = iota + 1 // 署名用電子証明書
	JPKIAuth                    // 利用者証明用電子証明書
)

// PinnedAnchor is a JPKI certification authority as it is known here: by facts about
// its certificate, never by the certificate itself. All generations of one use
// share their name; the key identifier tells them apart.
type PinnedAnchor struct {
	Use                 JPKIUse
	Generation          int // 1, 2, 3
	SHA256              [sha256.Size]byte
	SubjectKeyID        []byte
	Serial              string // hexadecimal
	NotBefore, NotAfter time.Time
}

// JPKIAnchors returns the certification authorities of the Japanese public personal
// authentication service, as J-LIS publishes their fingerprints. The second
// generation for authentication is not among them: its certificate was not to
// be had. The test environment (JPKI-TEST) never is.
func JPKIAnchors() []PinnedAnchor {
	return []PinnedAnchor{
		pinned(JPKISign, 1, "19645405A1FE14377434BD55957628AC4038557C542403A2243F21C706FC9355",
			"0D034CBB34D0714F45E45A1CAFD8FD143FAB54A7", "01", "2015-10-20T02:40:28Z", "2025-10-19T14:59:59Z"),
		pinned(JPKISign, 2, "79679C33E4CC9319440F1AD120A597FF1844E2EF217063ADB176966FD5E6FBEB",
			"4DE017DE4B7F473DCD867A62D38B134ACE83558A", "0132C4AB", "2019-09-14T23:41:56Z", "2029-09-14T14:59:59Z"),
		pinned(JPKISign, 3, "D227F6CDE11D35C5252178F106F843D24651944975413B539FA2FB68DBFA365F",
			"D21EA55895617E93ADBF966B941AB4EDF653F08F", "067C6A21", "2023-07-16T00:50:27Z", "2033-07-15T14:59:59Z"),
		pinned(JPKIAuth, 1, "4DCFC4CA0AAF9FB2A3081B3F0C991C320B3ACC008667A341EEAEC5AF1D58CA7D",
			"9567951B5CA70D84A0FFF1D85A87F1AAB1340385", "01", "2015-10-20T03:08:13Z", "2025-10-19T14:59:59Z"),
		pinned(JPKIAuth, 3, "64114F29620C24ED2631D46476A040E7EE740D956089C00B036A6A8118C322B5",
			"1AC100F596A3BC8C4B3DF195E32699249E9E308A", "06D18006", "2023-07-16T01:01:04Z", "2033-07-15T14:59:59Z"),
	}
}

// pinned makes an entry; the arguments are constants above, checked by a test.
func pinned(use JPKIUse, generation int, fingerprint, keyID, serial, from, to string) PinnedAnchor {
	a := PinnedAnchor{Use: use, Generation: generation, Serial: serial}
	sum, _ := hex.DecodeString(fingerprint)
	copy(a.SHA256[:], sum)
	a.SubjectKeyID, _ = hex.DecodeString(keyID)
	a.NotBefore, _ = time.Parse(time.RFC3339, from)
	a.NotAfter, _ = time.Parse(time.RFC3339, to)
	return a
}

// Pinned reports whether a certificate is one of JPKIAnchors, by its SHA-256.
func Pinned(c *Certificate) (PinnedAnchor, bool) {
	sum := c.Fingerprint()
	for _, a := range JPKIAnchors() {
		if a.SHA256 == sum {
			return a, true
		}
	}
	return PinnedAnchor{}, false
}

// AddPinned adds those of the certificates that are pinned JPKI authorities: a CA
// certificate found in a signature or on a card counts only so.
func (s *Store) AddPinned(candidates []*Certificate) (added []PinnedAnchor) {
	for _, c := range candidates {
		if a, ok := Pinned(c); ok {
			s.AddCertificate(c)
			added = append(added, a)
		}
	}
	return added
}

// JPKIPolicy returns the policy that a JPKI end-entity certificate must assert for a use
// (JPKI certificate profiles). A certificate issued to a phone asserts another,
// which is listed second.
func JPKIPolicy(use JPKIUse) []OID {
	const (
		card      OID = "\x2a\x83\x08\x8c\x9b\x55\x08\x05\x01\x01\x14" // 1.2.392.200149.8.5.1.1.20
		phone     OID = "\x2a\x83\x08\x8c\x9b\x55\x08\x05\x01\x01\x28" // 1.2.392.200149.8.5.1.1.40
		authorize OID = "\x2a\x83\x08\x8c\x9b\x55\x08\x05\x01\x03\x1e" // 1.2.392.200149.8.5.1.3.30
	)
	if use == JPKIAuth {
		return []OID{authorize}
	}
	return []OID{card, phone}
}
