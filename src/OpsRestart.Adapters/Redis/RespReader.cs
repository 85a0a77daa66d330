using System.Buffers.Text;
using System.Text;

namespace OpsRestart.Adapters.Redis;

/// <summary>Reads RESP2 replies from a stream (https://redis.io/docs/latest/develop/reference/protocol-spec/).</summary>
internal sealed class RespReader(Stream stream)
{
    /// <summary>What one reply may take of our memory, each part counted with what it costs.</summary>
    private const int Most = 128 * 1024 * 1024;

    private const int LongestLine = 64 * 1024;
    private const int CostOfItem = 128;
    private const int DeepestArray = 32;
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;
    private int _left;

    /// <exception cref="InvalidDataException">It is no reply, or too large.</exception>
    public ValueTask<RedisReply> ReadAsync(CancellationToken cancellationToken)
    {
        _left = Most;
        return ReadAsync(0, cancellationToken);
    }

    private async ValueTask<RedisReply> ReadAsync(int depth, CancellationToken cancellationToken)
    {
        var line = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
        if (line.Length == 0)
        {
            throw new InvalidDataException("an empty line where a reply was expected");
        }

        var rest = line.AsMemory(1);
        switch (line[0])
        {
            case (byte)'+':
                return RedisReply.FromStatus(rest);
            case (byte)'-':
                return RedisReply.FromError(Encoding.UTF8.GetString(rest.Span));
            case (byte)':':
                return RedisReply.FromInteger(Number(rest.Span));
            case (byte)'$':
                return await ReadBulkAsync(Number(rest.Span), cancellationToken).ConfigureAwait(false);
            case (byte)'*':
                return await ReadArrayAsync(Number(rest.Span), depth, cancellationToken).ConfigureAwait(false);
            default:
                throw new InvalidDataException($"a reply that begins with byte 0x{line[0]:x2}, which is not Redis' protocol");
        }
    }

    private async ValueTask<RedisReply> ReadBulkAsync(long length, CancellationToken cancellationToken)
    {
        if (length < 0)
        {
            return RedisReply.Null;
        }

        Take(length);
        var bytes = await ReadBytesAsync((int)length, cancellationToken).ConfigureAwait(false);
        return (await ReadLineAsync(cancellationToken).ConfigureAwait(false)).Length == 0
            ? RedisReply.FromBulk(bytes)
            : throw new InvalidDataException("a string that is longer than it says");
    }

    // Memory is taken as the bytes come: what is announced may never come.
    private async ValueTask<byte[]> ReadBytesAsync(int length, CancellationToken cancellationToken)
    {
        var have = Math.Min(length, _end - _start);
        var bytes = new byte[Math.Min(length, Math.Max(have, 64 * 1024))];
        _buffer.AsSpan(_start, have).CopyTo(bytes);
        _start += have;
        while (have < length)
        {
            if (have == bytes.Length)
            {
                Array.Resize(ref bytes, (int)Math.Min(length, bytes.Length * 2L));
            }

            var read = await stream.ReadAsync(bytes.AsMemory(have), cancellationToken).ConfigureAwait(false);
            have += read > 0 ? read : throw new EndOfStreamException("the server closed the connection");
        }

        return bytes;
    }

    private void Take(long cost)
    {
        if (cost > _left)
        {
            throw new InvalidDataException($"a reply of more than {Most / (1024 * 1024)} MiB");
        }

        _left -= (int)cost;
    }

    private async ValueTask<RedisReply> ReadArrayAsync(long count, int depth, CancellationToken cancellationToken)
    {
        if (count < 0)
        {
            return RedisReply.Null;
        }

        if (depth >= DeepestArray)
        {
            throw new InvalidDataException("arrays nested too deep");
        }

        var items = new List<RedisReply>((int)Math.Min(count, 64));
        for (long i = 0; i < count; i++)
        {
            Take(CostOfItem);
            items.Add(await ReadAsync(depth + 1, cancellationToken).ConfigureAwait(false));
        }

        return RedisReply.FromArray(items);
    }

    private async ValueTask<byte[]> ReadLineAsync(CancellationToken cancellationToken)
    {
        var searched = 0;
        while (true)
        {
            var at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf("\r\n"u8);
            if (at >= 0)
            {
                var line = _buffer.AsSpan(_start, searched + at).ToArray();
                _start += searched + at + 2;
                return line;
            }

            searched = Math.Max(0, _end - _start - 1);
            await FillAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= LongestLine)
            {
                throw new InvalidDataException("a line without end, which is not Redis' protocol");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        if (read == 0)
        {
            throw new EndOfStreamException("the server closed the connection");
        }

        _end += read;
    }

    private static long Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long number, out var used) && used == text.Length
            ? number
            : throw new InvalidDataException($"a number that is none: '{ForeignText.OneLine(Encoding.UTF8.GetString(text), 40)}'");
}
