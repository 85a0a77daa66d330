using Microsoft.Win32.SafeHandles;

namespace OpsRestart.Adapters.Systemd.Native;

/// <summary>An eventfd: wakes a thread out of poll. Many wakes before the thread looks are one system call.</summary>
internal sealed unsafe class WakeFd : SafeHandleMinusOneIsInvalid
{
    private int _signalled;

    public WakeFd()
        : base(ownsHandle: true)
    {
        SetHandle(LibC.NewEventFd());
        if (IsInvalid)
        {
            throw new IOException("eventfd failed: too many open files?");
        }
    }

    public int Fd => (int)handle;

    /// <summary>Safe from any thread, and after disposal.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _signalled, 1) != 0)
        {
            return;
        }

        var held = false;
        try
        {
            DangerousAddRef(ref held);
            ulong one = 1;
            _ = LibC.Write(Fd, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // The thread that would be woken has ended.
        }
        finally
        {
            if (held)
            {
                DangerousRelease();
            }
        }
    }

    /// <summary>For the woken thread: look for work only after this, or a wake in between is lost.</summary>
    public void Reset()
    {
        ulong count;
        _ = LibC.Read(Fd, &count, sizeof(ulong));
        Interlocked.Exchange(ref _signalled, 0);
    }

    /// <summary>Waits until the descriptor has one of the events, this is woken, or the time is up.</summary>
    public void Poll(int fd, short events, int milliseconds)
    {
        var fds = stackalloc LibC.PollFd[2];
        fds[0] = new LibC.PollFd { Fd = fd, Events = events };
        fds[1] = new LibC.PollFd { Fd = Fd, Events = LibC.PollIn };
        _ = LibC.Poll(fds, 2, milliseconds);
        if (fds[1].Revents != 0)
        {
            Reset();
        }
    }

    protected override bool ReleaseHandle() => LibC.Close((int)handle) == 0;
}
