using System.IO.Compression;
using OpsRestart.Adapters.Files;

namespace OpsRestart.Tests.Units.Probes;

public sealed class FileProbeTests : IDisposable
{
    /// <summary>What Redis 7 wrote for one key, its checksum at the end.</summary>
    private static readonly byte[] Dump = WithSum([.. "REDIS0011"u8, 0xFE, 0, 0xFB, 1, 0, 0, 1, (byte)'a', 1, (byte)'b', 0xFF]);

    private static readonly (string, object?)[] Named = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("opsrestart-files-").FullName;

    [Fact]
    public async Task A_path_has_its_mode_and_type_or_is_told_what_it_has()
    {
        var file = Write("a", "x"u8.ToArray());
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        Assert.Equal("OK", await Reason("path", file, ("mode", "640"), ("type", "file")));
        Assert.Equal("OK", await Reason("path", file, ("mode", new List<object?> { "0600", "0640" })));
        Assert.Equal("WrongMode", await Reason("path", file, ("mode", "600")));
        Assert.Equal("WrongType", await Reason("path", file, ("type", "folder")));
        Assert.Equal("OK", await Reason("path", file, ("owner", Environment.UserName)));
        Assert.Equal("WrongOwner", await Reason("path", file, ("owner", "no-such-user")));
        Assert.Equal("WrongGroup", await Reason("path", file, ("group", "no-such-group")));
        Assert.Equal("NoPath", await Reason("path", file + "x"));
        Assert.Equal("NoPath", await Reason("path", file + "x", ("absent", true)));
        Assert.Equal("Exists", await Reason("path", file, ("absent", true)));
    }

    [Theory]
    [InlineData("path", "relative", "mode", "640")]
    [InlineData("path", "/", "mode", "9")]
    [InlineData("path", "/", "type", "door")]
    [InlineData("backup", "relative", "maxAge", "1h")]
    [InlineData("keys", "redis://h", "match", "x")]
    [InlineData("processes", "web", "pattern", "x")]
    [InlineData("task", "redis://h", "queues", "x")]
    [InlineData("task", "amqp://h", "name", "x")]
    [InlineData("http", "http://h/", "login", "/login/")]
    [InlineData("metric", "http://h/", "rate", true)]
    public void What_is_wrong_is_a_finding(string kind, string target, string key, object value) =>
        Assert.NotEmpty(Check.Findings(kind, target, [(key, value), .. kind == "metric" ? [("name", (object?)"x")] : Named]));

    [Fact]
    public async Task A_backup_is_there_whole_new_and_large_enough()
    {
        Assert.Equal("NoFile", await Reason("backup", Path.Combine(_folder, "none")));
        Assert.Equal("Empty", await Reason("backup", Write("empty", [])));
        Assert.Equal("OK", await Reason("backup", Write("any", "data"u8.ToArray()), ("maxAge", "1h")));
        Assert.Equal("TooLow", await Reason("backup", Write("any", "data"u8.ToArray()), ("crit", "1KiB:")));
        var old = Write("old", "data"u8.ToArray());
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-2));
        Assert.Equal("TooOld", await Reason("backup", old, ("maxAge", "1h")));
        Assert.Equal("WrongType", await Reason("backup", _folder));
    }

    [Fact]
    public async Task A_dump_of_Redis_is_told_from_one_that_was_damaged()
    {
        Assert.Equal("OK", await Reason("backup", Write("dump.rdb", Dump)));
        byte[] other = [.. Dump];
        other[16] ^= 1;
        Assert.Equal("Damaged", await Reason("backup", Write("other.rdb", other)));
        Assert.Equal("Damaged", await Reason("backup", Write("short.rdb", Dump[..^3])));
        Assert.Equal("Damaged", await Reason("backup", Write("wrong.rdb", "nothing that Redis wrote"u8.ToArray())));
        byte[] without = [.. Dump[..^8], 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal("OK", await Reason("backup", Write("without.rdb", without)));
    }

    [Fact]
    public async Task What_gzip_packed_is_unpacked()
    {
        using var memory = new MemoryStream();
        using (var packing = new GZipStream(memory, CompressionMode.Compress, leaveOpen: true))
        {
            packing.Write([.. Enumerable.Range(0, 50_000).Select(static i => (byte)(i * 7919 >> 3))]);
        }

        var packed = memory.ToArray();
        byte[] other = [.. packed];
        other[packed.Length / 2] ^= 0x55;
        Assert.Equal("OK", await Reason("backup", Write("a.gz", packed)));
        Assert.Equal("Damaged", await Reason("backup", Write("b.gz", other)));
        Assert.Equal("Damaged", await Reason("backup", Write("c.gz", packed[..(packed.Length / 2)])));
        Assert.Equal("Damaged", await Reason("backup", Write("d.gz", "plain"u8.ToArray())));
    }

    // The value that Redis' own crc64.c gives in its test.
    [Fact]
    public void The_checksum_is_that_of_Redis() => Assert.Equal(0xE9C6D914C4B8D9CAUL, RdbFile.Add(0, "123456789"u8));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<string> Reason(string kind, string target, params (string, object?)[] settings) =>
        (await Check.RunAsync(Check.Define(kind, target, settings) with { Timeout = TimeSpan.FromSeconds(60) })).Reason;

    private static byte[] WithSum(byte[] data) => [.. data, .. BitConverter.GetBytes(RdbFile.Add(0, data))];

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
