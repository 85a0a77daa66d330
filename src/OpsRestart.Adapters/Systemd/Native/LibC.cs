using System.Runtime.InteropServices;

namespace OpsRestart.Adapters.Systemd.Native;

/// <summary>The few calls of the C library that waiting needs.</summary>
internal static unsafe partial class LibC
{
    public const short PollIn = 1;

    private const string Name = "libc";
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int ClockMonotonic = 1;

    [StructLayout(LayoutKind.Sequential)]
    public struct PollFd
    {
        public int Fd;
        public short Events;
        public short Revents;
    }

    /// <summary>A counter to wake a poll with. Negative on failure.</summary>
    public static int NewEventFd() => EventFd(0, CloseOnExec | NonBlocking);

    public static ulong MonotonicMicroseconds()
    {
        ClockGetTime(ClockMonotonic, out var now);
        return ((ulong)now.Seconds * 1_000_000) + ((ulong)now.Nanoseconds / 1000);
    }

    /// <summary>Milliseconds until a moment of CLOCK_MONOTONIC as poll wants them: rounded up, -1 for never.</summary>
    public static int PollTimeout(ulong until)
    {
        if (until == ulong.MaxValue)
        {
            return -1;
        }

        var now = MonotonicMicroseconds();
        return until <= now ? 0 : (int)Math.Min((until - now + 999) / 1000, int.MaxValue);
    }

    [LibraryImport(Name, EntryPoint = "poll")]
    public static partial int Poll(PollFd* fds, ulong count, int milliseconds);

    [LibraryImport(Name, EntryPoint = "read")]
    public static partial nint Read(int fd, void* buffer, nuint count);

    [LibraryImport(Name, EntryPoint = "write")]
    public static partial nint Write(int fd, void* buffer, nuint count);

    [LibraryImport(Name, EntryPoint = "close")]
    public static partial int Close(int fd);

    [LibraryImport(Name, EntryPoint = "geteuid")]
    public static partial uint EffectiveUserId();

    [LibraryImport(Name, EntryPoint = "eventfd")]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport(Name, EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
