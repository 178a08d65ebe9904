package cardtest_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/cardtest"
	"github.com/jsign-jp/jsign/cardio/emulator"
)

// The suite itself is tested by sessions with one fault each, which it has to
// find. A failing test cannot run in this process without failing it, so each
// is run in a copy.

const faultVariable = "JSIGN_CARDTEST_FAULT"

// faulty is a session with a fault.
type faulty struct {
	cardtest.Session
	fault string
	last  []byte
	limit *int // sessions that can still be opened
}

// faults maps each to the test of the suite that has to fail.
var faults = map[string]string{
	"cuts answers":                  "TestFaulty/answers_of_0_to_256_bytes",
	"cuts extended answers":         "TestFaulty/extended_answer",
	"drops Le":                      "TestFaulty/commands_of_0_to_255_bytes",
	"wipes the command":             "TestFaulty/buffers_stay_the_caller's",
	"repeats the answer":            "TestFaulty/buffers_stay_the_caller's",
	"follows 61xx":                  "TestFaulty/61xx",
	"follows 6Cxx":                  "TestFaulty/6Cxx",
	"excludes nobody":               "TestFaulty/transaction_excludes_others",
	"leaves the card":               "TestFaulty/dispositions/unpower",
	"resets the card":               "TestFaulty/dispositions/leave",
	"resets for unpower":            "TestFaulty/reset_that_keeps_the_status",
	"leaks":                         "TestFaulty/sessions_leave_nothing_behind",
	"works when closed":             "TestFaulty/closed_session",
	"hides the removal":             "TestFaultyRemoval/card_removed",
	"answers for a card that is no": "TestFaultyRemoval/card_removed_in_a_transaction",
}

func (f *faulty) Transmit(command []byte) ([]byte, error) {
	switch f.fault {
	case "drops Le":
		if len(command) > 5 && len(command) == int(command[4])+6 {
			command = command[:len(command)-1]
		}
	case "follows 61xx", "follows 6Cxx":
		return f.follow(command)
	}
	answer, err := f.Session.Transmit(command)
	switch {
	case f.fault == "answers for a card that is no" && err != nil, f.fault == "works when closed" && err != nil:
		return []byte{0x90, 0x00}, nil
	case f.fault == "cuts answers" && len(answer) > 256, f.fault == "cuts extended answers" && len(answer) > 300:
		return append(answer[:len(answer)-3:len(answer)-3], 0x90, 0x00), err
	case f.fault == "wipes the command":
		clear(command)
	case f.fault == "repeats the answer" && len(f.last) == len(answer):
		return f.last, err
	}
	f.last = bytes.Clone(answer)
	return answer, err
}

// follow is what a session must leave to its caller.
func (f *faulty) follow(command []byte) ([]byte, error) {
	c, err := cardio.ParseCommand(command)
	if err != nil {
		return nil, err
	}
	r, err := cardio.Send(f.Session, c)
	return append(r.Data[:len(r.Data):len(r.Data)], byte(r.SW>>8), byte(r.SW)), err
}

func (f *faulty) Begin() error {
	if f.fault == "excludes nobody" {
		return nil
	}
	err := f.Session.Begin()
	if f.fault == "hides the removal" && err != nil {
		return errors.New("transaction failed")
	}
	return err
}

func (f *faulty) End(d cardio.Disposition) error {
	switch f.fault {
	case "excludes nobody":
		return nil
	case "leaves the card":
		d = cardio.LeaveCard
	case "resets the card":
		d = cardio.ResetCard
	case "resets for unpower":
		d = min(d, cardio.ResetCard)
	}
	return f.Session.End(d)
}

func (f *faulty) Close() error {
	if f.fault != "leaks" {
		*f.limit++
	}
	return f.Session.Close()
}

// withFault wraps the sessions of the in-process reader.
func withFault(t *testing.T, chip emulator.Chip) cardtest.Reader {
	r, limit := inProcess(t, chip), 200
	connect := r.Connect
	r.Connect = func() (cardtest.Session, error) {
		if limit--; limit < 0 {
			return nil, errors.New("too many sessions")
		}
		s, err := connect()
		if err != nil {
			return nil, err
		}
		return &faulty{Session: s, fault: os.Getenv(faultVariable), limit: &limit}, nil
	}
	return r
}

// TestFaulty is run in a copy, with a fault; without one it has to pass.
func TestFaulty(t *testing.T) { cardtest.Run(t, withFault) }

// TestFaultyRemoval is run in a copy, with a fault; without one it has to pass.
func TestFaultyRemoval(t *testing.T) { cardtest.RunRemoval(t, withFault) }

func TestSuiteFindsFaults(t *testing.T) {
	for fault, where := range faults {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			pattern := "^" + strings.ReplaceAll(where, "/", "$/^") + "$"
			out, err := runSelf(pattern, faultVariable+"="+fault)
			if err == nil || !strings.Contains(out, "--- FAIL: "+where) {
				t.Errorf("%s does not fail: %v\n%s", where, err, out)
			}
		})
	}
}

// runSelf runs tests of this binary in a process of their own.
func runSelf(tests string, env ...string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	cmd := exec.Command(self, "-test.run="+tests, "-test.v", "-test.count=1", "-test.timeout=60s")
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}
