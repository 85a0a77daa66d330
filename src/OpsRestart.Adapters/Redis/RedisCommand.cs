using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace OpsRestart.Adapters.Redis;

/// <summary>A command with its arguments, as RESP sends it: an array of bulk strings.</summary>
internal sealed class RedisCommand
{
    private readonly RedisArgument[] _parts;

    public RedisCommand(string name, params ReadOnlySpan<RedisArgument> arguments)
    {
        Name = name;
        _parts = [name, .. arguments];
    }

    public string Name { get; }

    public static RedisCommand Of(string name, IEnumerable<string> arguments) =>
        new(name, [.. arguments.Select(static a => (RedisArgument)a)]);

    public void WriteTo(IBufferWriter<byte> output)
    {
        WriteHeader(output, (byte)'*', _parts.Length);
        foreach (var part in _parts)
        {
            WriteHeader(output, (byte)'$', part.Bytes.Length);
            output.Write(part.Bytes.Span);
            output.Write("\r\n"u8);
        }
    }

    /// <summary>The name only: arguments may be secrets.</summary>
    public override string ToString() => Name;

    private static void WriteHeader(IBufferWriter<byte> output, byte kind, int number)
    {
        var span = output.GetSpan(16);
        span[0] = kind;
        Utf8Formatter.TryFormat(number, span[1..], out var written);
        "\r\n"u8.CopyTo(span[(1 + written)..]);
        output.Advance(written + 3);
    }
}

/// <summary>One argument of a command: bytes, made from text (UTF-8), a number or bytes.</summary>
internal readonly struct RedisArgument(ReadOnlyMemory<byte> bytes)
{
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    public static implicit operator RedisArgument(string text) => new(Encoding.UTF8.GetBytes(text));

    public static implicit operator RedisArgument(long number) =>
        new(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));

    public static implicit operator RedisArgument(byte[] bytes) => new(bytes);

    public static implicit operator RedisArgument(ReadOnlyMemory<byte> bytes) => new(bytes);
}
