package jpkikey

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/jsign-jp/jsign/cardio"
)

// busyConn is a card that another program holds until it is released.
type busyConn struct{ released chan struct{} }

func (c busyConn) Begin() error                  { <-c.released; return nil }
func (busyConn) End(cardio.Disposition) error    { return nil }
func (busyConn) Transmit([]byte) ([]byte, error) { return nil, cardio.ErrCardRemoved }
func (busyConn) Close() error                    { return nil }

func TestPeopleAreToldThatTheCardIsBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := busyConn{make(chan struct{})}
		told := make(chan struct{})
		began := make(chan error, 1)
		go func() { began <- patientConn{busy, func() { close(told) }}.Begin() }()
		<-told
		close(busy.released)
		if err := <-began; err != nil {
			t.Error(err)
		}
	})
}

func TestNobodyIsToldOfAFreeCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		free := busyConn{make(chan struct{})}
		close(free.released)
		told := func() { t.Error("told of a card that was free") }
		if err := (patientConn{free, told}).Begin(); err != nil {
			t.Error(err)
		}
		time.Sleep(2 * patience)
	})
}
