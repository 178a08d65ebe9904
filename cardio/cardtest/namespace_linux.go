package cardtest

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// outsideVariable tells the copy of a test which network namespace it was
// started from: inside, its own must differ.
const outsideVariable = "JSIGN_CARDTEST_OUTSIDE"

const networkNamespace = "/proc/self/ns/net"

// inNamespace says whether this process is a copy that InNamespace started.
func inNamespace() bool {
	outside := os.Getenv(outsideVariable)
	here, err := os.Readlink(networkNamespace)
	return outside != "" && err == nil && here != outside
}

// InNamespace runs the calling test a second time, alone, in a process with a
// network and a mount namespace of its own, and says whether this is that
// process. Use it first in a test:
//
//	if !cardtest.InNamespace(t) {
//		return
//	}
//
// Outside, it waits for the copy and fails or skips as the copy did. Inside,
// the only network is a loopback of its own, and /run is empty. The test must
// not be a subtest.
func InNamespace(t *testing.T) bool {
	t.Helper()
	if inNamespace() {
		prepareNamespace(t)
		return true
	}
	if os.Getenv(outsideVariable) != "" {
		t.Fatal("this process should be in a namespace and is not")
	}
	if strings.Contains(t.Name(), "/") {
		t.Fatal("only a whole test can be run in a namespace")
	}
	requirePCSCD(t)
	output, err := runCopy(t)
	report(t, output, err)
	return false
}

// runCopy runs this test in a process with new namespaces and returns what it
// printed.
func runCopy(t *testing.T) (output string, err error) {
	t.Helper()
	outside, err := os.Readlink(networkNamespace)
	if err != nil {
		return "", err
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	cmd := exec.Command(self, "-test.run=^"+t.Name()+"$", "-test.v", "-test.count=1", "-test.timeout=60s")
	cmd.Env = append(os.Environ(), outsideVariable+"="+outside)
	cmd.SysProcAttr = newNamespaces()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	return out.String(), err
}

// newNamespaces asks for a mount and a network namespace. Mounts made in it stay
// in it: the runtime makes them private when it unshares. Who is not root needs
// a user namespace to be allowed to.
func newNamespaces() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWNET}
	if os.Geteuid() != 0 {
		attr.Cloneflags = syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
	return attr
}

// report makes the copy's outcome this test's.
func report(t *testing.T, output string, err error) {
	t.Helper()
	switch {
	case err != nil && output == "":
		unavailable(t, "no namespaces here: %v", err)
	case err != nil:
		t.Fatalf("in the namespace: %v\n%s", err, output)
	case strings.Contains(output, "--- SKIP: "+t.Name()):
		unavailable(t, "skipped in the namespace:\n%s", output)
	case !strings.Contains(output, "--- PASS: "+t.Name()):
		t.Fatalf("the test was not run in the namespace:\n%s", output)
	}
}

// prepareNamespace brings the loopback up and hides /run.
func prepareNamespace(t *testing.T) {
	t.Helper()
	if err := loopbackUp(); err != nil {
		t.Fatalf("loopback: %v", err)
	}
	if err := unix.Mount("tmpfs", "/run", "tmpfs", 0, ""); err != nil {
		t.Fatalf("/run: %v", err)
	}
	if err := os.MkdirAll(runDir, 0o755); err != nil {
		t.Fatal(err)
	}
}

func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo)
}
