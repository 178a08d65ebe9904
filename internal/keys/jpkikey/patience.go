package jpkikey

import "time"

// patience is how long another program may hold the card before people are told
// what they are waiting for: most programs need less.
const patience = time.Second

// patient is a Manager whose cards tell when another program keeps them. PC/SC
// has no way to give up waiting for a transaction.
type patient struct {
	Manager
	waiting func()
}

func (p patient) Connect(reader string) (Conn, error) {
	conn, err := p.Manager.Connect(reader)
	if err != nil || p.waiting == nil {
		return conn, err
	}
	return patientConn{conn, p.waiting}, nil
}

type patientConn struct {
	Conn
	waiting func()
}

func (c patientConn) Begin() error {
	timer := time.AfterFunc(patience, c.waiting)
	defer timer.Stop()
	return c.Conn.Begin()
}
