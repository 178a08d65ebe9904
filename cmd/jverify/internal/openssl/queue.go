package openssl

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/jsign-jp/jsign/trust"
)

// Entry is one entry of OpenSSL's error queue.
type Entry = trust.QueueEntry

// threadID stands where openssl prints its thread's, which differs from run to
// run: jverify has none.
const threadID = "0000000000000000:"

// entry makes an Entry of a library.
func entry(code uint32, library, function, reason, data string) Entry {
	return Entry{Code: code, Library: library, Function: function, Reason: reason, Data: data}
}

func cmsEntry(code uint32, function, reason string) Entry {
	return entry(code, "CMS routines", function, reason, "")
}

func essEntry(code uint32, function, reason string) Entry {
	return entry(code, "ESS routines", function, reason, "")
}

func asn1Entry(code uint32, function, reason, data string) Entry {
	return entry(code, "asn1 encoding routines", function, reason, data)
}

func pemEntry(code uint32, function, reason, data string) Entry {
	return entry(code, "PEM routines", function, reason, data)
}

func unknownObject() Entry {
	return entry(0x04000067, "object identifier routines", "OBJ_txt2obj", "unknown object name", "")
}

// fetchFailed is what asking for an unknown algorithm leaves.
func fetchFailed(name string) Entry {
	return entry(0x0308010C, "digital envelope routines", "inner_evp_generic_fetch", "unsupported",
		fmt.Sprintf("Global default library context, Algorithm (%s : 0), Properties (<null>)", name))
}

// systemFailed is what a failed system call leaves.
func systemFailed(function, call string, err error) Entry {
	number, text := errno(err)
	return entry(0x80000000|number, "system library", function, text, "calling "+call)
}

// openFailed is what BIO_new_file leaves when a file cannot be opened.
func openFailed(name, mode string, err error) []Entry {
	bio := entry(0x10080002, "BIO routines", "BIO_new_file", "system lib", "")
	if errors.Is(err, fs.ErrNotExist) {
		bio = entry(0x10000080, "BIO routines", "BIO_new_file", "no such file", "")
	}
	return []Entry{systemFailed("BIO_new_file", fmt.Sprintf("fopen(%s, %s)", name, mode), err), bio}
}

// storeOpenFailed is what opening a file as a store leaves.
func storeOpenFailed(name string, err error) []Entry {
	return []Entry{
		entry(0x16000069, "STORE routines", "ossl_store_get0_loader_int", "unregistered scheme", "scheme=file"),
		systemFailed("file_open", fmt.Sprintf("stat(%s)", name), err),
	}
}
