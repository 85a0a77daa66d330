using System.Text;

namespace OpsRestart.Adapters.Commands;

/// <summary>
/// The lines of a command's output and errors, told as they come, the last ones kept. However much it says, this takes no more memory: a
/// line is cut off after 16 KiB, and after 1 MiB nothing more is told.
/// </summary>
internal sealed class CommandLines(Action<string> tell)
{
    public const int LineLimit = 16 * 1024;
    public const int ToldLimit = 1024 * 1024;
    private const int Kept = 50;
    private readonly Lock _gate = new();
    private readonly Queue<string> _last = new();
    private long _told;

    /// <summary>The last 50 lines.</summary>
    public IReadOnlyList<string> Last
    {
        get
        {
            lock (_gate)
            {
                return [.. _last];
            }
        }
    }

    public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[LineLimit];
        var line = new LineBuffer(Add);
        while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            line.Add(buffer.AsSpan(0, read));
        }

        line.End();
    }

    /// <summary>A line that is not the command's own.</summary>
    public void Add(string line)
    {
        bool isTold,
            isLast;
        lock (_gate)
        {
            _last.Enqueue(line);
            if (_last.Count > Kept)
            {
                _last.Dequeue();
            }

            isTold = _told < ToldLimit;
            _told += line.Length + 1;
            isLast = isTold && _told >= ToldLimit;
        }

        if (isTold)
        {
            tell(line);
        }

        if (isLast)
        {
            tell("(more than 1 MiB of output: the rest is read, but only its last lines are kept)");
        }
    }

    private sealed class LineBuffer(Action<string> add)
    {
        private readonly byte[] _line = new byte[LineLimit];
        private int _length;
        private bool _isCut;

        public void Add(ReadOnlySpan<byte> bytes)
        {
            while (bytes.Length > 0)
            {
                var end = bytes.IndexOf((byte)'\n');
                Take(end < 0 ? bytes : bytes[..end]);
                if (end < 0)
                {
                    return;
                }

                Finish();
                bytes = bytes[(end + 1)..];
            }
        }

        public void End()
        {
            if (_length > 0)
            {
                Finish();
            }
        }

        // Told as soon as it is full: its end may never come.
        private void Take(ReadOnlySpan<byte> bytes)
        {
            var room = Math.Min(bytes.Length, LineLimit - _length);
            bytes[..room].CopyTo(_line.AsSpan(_length));
            _length += room;
            if (room < bytes.Length && !_isCut)
            {
                _isCut = true;
                add(Text() + " … (cut off: a line may have 16 KiB)");
            }
        }

        private void Finish()
        {
            if (!_isCut)
            {
                add(Text());
            }

            (_length, _isCut) = (0, false);
        }

        private string Text() => Encoding.UTF8.GetString(_line, 0, _length).TrimEnd('\r', '\ufffd');
    }
}
