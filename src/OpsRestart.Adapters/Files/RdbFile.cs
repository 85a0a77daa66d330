using System.Buffers.Binary;

namespace OpsRestart.Adapters.Files;

/// <summary>
/// A dump of Redis: <c>REDIS</c> and its version, data, and from version 5 on a checksum of all that (CRC-64 of Jones, which is 0 where
/// rdbchecksum is off).
/// </summary>
internal static class RdbFile
{
    private const int HeadLength = 9;
    private const int SumLength = 8;
    private const byte End = 0xFF;
    private const ulong Polynomial = 0x95AC9329AC4BC9B5;
    private static readonly ulong[] Table = [.. Enumerable.Range(0, 256).Select(static i => Entry((ulong)i))];

    public static bool IsOne(ReadOnlySpan<byte> head) => head.StartsWith("REDIS"u8);

    /// <summary>What is wrong with it; null: nothing that can be seen.</summary>
    public static async Task<string?> FindFaultAsync(Stream file, CancellationToken cancellationToken)
    {
        var length = file.Length;
        var head = new byte[HeadLength];
        if (length < HeadLength + 1 + SumLength)
        {
            return "it ends before it has begun";
        }

        await file.ReadExactlyAsync(head, cancellationToken).ConfigureAwait(false);
        if (!IsOne(head) || !int.TryParse(head.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            return "it does not begin as a dump of Redis";
        }

        var sum = Add(0, head);
        if (version < 5)
        {
            return null;
        }

        var buffer = new byte[128 * 1024];
        byte last = 0;
        for (var left = length - HeadLength - SumLength; left > 0; )
        {
            var read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken)
                .ConfigureAwait(false);
            if (read == 0)
            {
                return "it became shorter while it was read";
            }

            (sum, last, left) = (Add(sum, buffer.AsSpan(0, read)), buffer[read - 1], left - read);
        }

        await file.ReadExactlyAsync(head.AsMemory(0, SumLength), cancellationToken).ConfigureAwait(false);
        var written = BinaryPrimitives.ReadUInt64LittleEndian(head);
        return last != End ? "its end is missing"
            : written != 0 && written != sum ? "its checksum does not fit"
            : null;
    }

    internal static ulong Add(ulong sum, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            sum = Table[(byte)(sum ^ b)] ^ (sum >> 8);
        }

        return sum;
    }

    private static ulong Entry(ulong value)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
        }

        return value;
    }
}
