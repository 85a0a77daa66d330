using System.Runtime.InteropServices;

namespace OpsRestart.Pipeline;

/// <summary>
/// The terminal that this process was started from. On Ctrl-C the kernel throws away what is on its way between terminal and process
/// (termios(3), NOFLSH), and with it the terminal's answer to "where is the cursor?". PowerShell asks that several times for every progress
/// bar it draws, and waits for the answer for ever: a Ctrl-C at that moment would hang the shell.
/// </summary>
internal static partial class Terminal
{
    private const int StandardInput = 0;
    private const int Now = 0;

    // struct termios as Linux has it but on PowerPC: four words of flags, of which the last is c_lflag.
    private const int Size = 128;
    private const int LocalFlags = 3;
    private const uint NoFlush = 0x80;

    private static readonly Lock Gate = new();
    private static int _keepers;
    private static bool _changed;

    /// <summary>
    /// Until the result is disposed, Ctrl-C throws away nothing. Does nothing where there is no terminal, or it is another process' turn.
    /// </summary>
    public static IDisposable KeepInput()
    {
        lock (Gate)
        {
            if (_keepers++ == 0)
            {
                _changed = Change(on: true);
            }
        }

        return new Keeper();
    }

    /// <summary>
    /// .NET writes its own settings when it asks the terminal something for the first time: to be called after anything was drawn.
    /// </summary>
    public static void Refresh()
    {
        lock (Gate)
        {
            _changed |= _keepers > 0 && Change(on: true);
        }
    }

    private static void Release()
    {
        lock (Gate)
        {
            if (--_keepers == 0 && _changed)
            {
                Change(on: false);
            }
        }
    }

    /// <returns>Whether the setting was another one before.</returns>
    private static bool Change(bool on)
    {
        // To change a terminal from the background would stop this process (SIGTTOU).
        if (
            !OperatingSystem.IsLinux()
            || RuntimeInformation.ProcessArchitecture == Architecture.Ppc64le
            || ForegroundGroup(StandardInput) != ProcessGroup()
        )
        {
            return false;
        }

        Span<uint> settings = stackalloc uint[Size / sizeof(uint)];
        if (Read(StandardInput, ref MemoryMarshal.GetReference(settings)) != 0 || (settings[LocalFlags] & NoFlush) != 0 == on)
        {
            return false;
        }

        settings[LocalFlags] ^= NoFlush;
        return Write(StandardInput, Now, ref MemoryMarshal.GetReference(settings)) == 0;
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int Read(int terminal, ref uint settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int Write(int terminal, int when, ref uint settings);

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    private static partial int ForegroundGroup(int terminal);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int ProcessGroup();

    private sealed class Keeper : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                Release();
            }
        }
    }
}
