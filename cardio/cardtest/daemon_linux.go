package cardtest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	pcscdPath  = "/usr/sbin/pcscd"
	vpcdDriver = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
	runDir     = "/run/pcscd" // compiled into pcscd, which ends without it
	nobody     = 65534

	startLimit = time.Minute // it takes 50 ms on an idle machine
	stopLimit  = 3 * time.Second
)

// daemon is a running pcscd.
type daemon struct {
	cmd    *exec.Cmd
	socket *net.UnixListener
	exited chan struct{} // closed when the process has ended

	mu    sync.Mutex
	news  sync.Cond
	log   bytes.Buffer
	cards int // how often the log told of a card's ATR
	ended bool
}

// requirePCSCD skips or fails the test where pcscd cannot be run.
func requirePCSCD(t testing.TB) {
	t.Helper()
	for _, file := range []string{pcscdPath, vpcdDriver} {
		if _, err := os.Stat(file); err != nil {
			unavailable(t, "%v (Debian: pcscd, vsmartcard-vpcd)", err)
		}
	}
	if os.Geteuid() == 0 {
		if err := os.MkdirAll(runDir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(runDir); err != nil {
		unavailable(t, "%v (as root: install -d %s)", err, runDir)
	}
}

// startDaemon starts pcscd with a configuration file and a socket that this
// process listens at and pcscd inherits, as from systemd. Cleanup ends it.
func startDaemon(t testing.TB, conf, socket string) *daemon {
	t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: socket, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	inherited, err := l.File()
	if err != nil {
		t.Fatal(err)
	}
	defer inherited.Close()
	d := &daemon{socket: l, exited: make(chan struct{})}
	d.news.L = &d.mu
	// The shell knows the process id that LISTEN_PID has to name.
	d.cmd = exec.Command("/bin/sh", "-c", `LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" "$@"`, pcscdPath)
	d.cmd.Args = append(d.cmd.Args, DaemonFlags(conf)...)
	d.cmd.ExtraFiles = []*os.File{inherited}
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Credential: unprivileged()}
	if err := d.run(); err != nil {
		l.Close()
		t.Fatal(err)
	}
	t.Cleanup(func() { d.stop(t) })
	return d
}

// DaemonFlags returns the arguments of pcscd for a configuration file. One that
// asks polkit who may come in (Debian 13) is told not to: where no system bus is, it
// would let no one in.
func DaemonFlags(conf string) []string {
	flags := []string{"--foreground", "--info", "-c", conf}
	const noPolkit = "--disable-polkit"
	if help, _ := exec.Command(pcscdPath, "--help").CombinedOutput(); bytes.Contains(help, []byte(noPolkit)) {
		flags = append(flags, noPolkit)
	}
	return flags
}

// unprivileged returns the user that pcscd runs as when this process is root. As
// root it would open the readers of this machine, and take the pid file of the
// system's pcscd. It is nil for who is not root, or only in a namespace.
func unprivileged() *syscall.Credential {
	if os.Geteuid() != 0 || !mayBecome(nobody) {
		return nil
	}
	return &syscall.Credential{Uid: nobody, Gid: nobody}
}

// mayBecome says whether a user exists in this user namespace
// (user_namespaces(7)).
func mayBecome(uid uint64) bool {
	ids, err := os.ReadFile("/proc/self/uid_map")
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(ids)) {
		var inside, outside, count uint64
		if _, err := fmt.Sscan(line, &inside, &outside, &count); err == nil && inside <= uid && uid-inside < count {
			return true
		}
	}
	return false
}

// run starts the process and watches over it. The thread that starts it must
// outlive it, for Pdeathsig is about threads.
func (d *daemon) run() error {
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	d.cmd.Stderr = d.cmd.Stdout
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := d.cmd.Start()
		started <- err
		if err != nil {
			return
		}
		d.read(out)
		_ = d.cmd.Wait() // how it ended is in the log
		d.socket.Close() // or clients would wait for an answer for ever
		close(d.exited)
	}()
	return <-started
}

// read follows the log to its end.
func (d *daemon) read(out io.Reader) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		d.judge(lines.Text())
		d.note(lines.Text())
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended = true
	d.news.Broadcast()
}

// judge ends pcscd when a line of its log says that it starts up a reader of
// this machine's: before anything can be sent to that.
func (d *daemon) judge(line string) {
	if strings.Contains(line, "Attempting startup of") && !strings.Contains(line, readerName) {
		_ = d.cmd.Process.Kill()
	}
}

// note keeps a line of the log, and counts cards in it.
func (d *daemon) note(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	fmt.Fprintln(&d.log, line)
	if strings.Contains(line, "Card ATR:") {
		d.cards++
	}
	d.news.Broadcast()
}

// awaitCards waits until pcscd has powered up n cards since its start.
func (d *daemon) awaitCards(t testing.TB, n int) {
	t.Helper()
	late := false
	timer := time.AfterFunc(startLimit, func() {
		d.mu.Lock()
		late = true
		d.news.Broadcast()
		d.mu.Unlock()
	})
	defer timer.Stop()
	d.mu.Lock()
	defer d.mu.Unlock()
	for d.cards < n {
		if late || d.ended {
			t.Fatalf("pcscd shows %d cards of %d; its log:\n%s", d.cards, n, d.log.String())
		}
		d.news.Wait()
	}
}

func (d *daemon) seen() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.cards
}

// stop ends pcscd, and fails the test if it has ended by itself.
func (d *daemon) stop(t testing.TB) {
	select {
	case <-d.exited:
		t.Errorf("pcscd ended by itself; its log:\n%s", d.log.String())
		return
	default:
	}
	_ = d.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-d.exited:
	case <-time.After(stopLimit):
		_ = d.cmd.Process.Kill()
		<-d.exited
	}
}
