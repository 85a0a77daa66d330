using System.Diagnostics;
using OpsRestart.Adapters.RunStore;

namespace OpsRestart.Tests.Units.RunStore;

public sealed class PrivateFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("opsrestart-private-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_missing_on_the_way_is_made_for_this_user_alone()
    {
        var made = PrivateFolder.Ensure(Path.Combine(_folder, "a/b/c"));
        Assert.Equal(Path.Combine(_folder, "a/b/c"), made);
        foreach (var part in new[] { "a", "a/b", "a/b/c" })
        {
            Assert.Equal("700", Mode(Path.Combine(_folder, part)));
        }
    }

    /// <summary>The process' umask is of all threads: it is another program that has none.</summary>
    [Fact]
    public void Under_umask_0_nothing_is_open_to_others()
    {
        var made = Path.Combine(_folder, "made");
        var record = Path.Combine(made, "r.json");
        PrivateFolder.Ensure(made);
        RecordFile.Write(record, "text");
        Assert.Equal("600", Mode(record));
        Shell($"chmod 777 {made}");
        Assert.Contains("mode 777", Assert.Throws<StateException>(() => PrivateFolder.Ensure(made)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("777")]
    [InlineData("722")]
    [InlineData("703")]
    public void A_folder_that_others_may_write_is_refused_also_on_the_way(string mode)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "open/below"));
        Shell($"chmod {mode} {_folder}/open");
        foreach (var path in new[] { "open", "open/below", "open/new" })
        {
            var refused = Assert.Throws<StateException>(() => PrivateFolder.Ensure(Path.Combine(_folder, path)));
            Assert.Contains($"mode {mode}", refused.Message, StringComparison.Ordinal);
            Assert.Contains("chmod", refused.Advice, StringComparison.Ordinal);
            Assert.Contains("OPSRESTART_STATE_DIR", refused.Advice, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_sticky_folder_of_root_s_may_be_on_the_way_but_not_the_end()
    {
        Shell($"mkdir {_folder}/sticky && chmod 1777 {_folder}/sticky");
        Assert.Equal(Path.Combine(_folder, "sticky/mine"), PrivateFolder.Ensure(Path.Combine(_folder, "sticky/mine")));
        Assert.Throws<StateException>(() => PrivateFolder.Ensure(Path.Combine(_folder, "sticky")));
    }

    [Theory]
    [InlineData("ln -s /etc {0}")]
    [InlineData("mkdir {0}")]
    [InlineData("touch {0}")]
    [InlineData("mkfifo {0}")]
    public void What_another_user_has_put_there_is_refused_by_its_owner_s_name(string make)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can give a file to another");
        var path = Path.Combine(_folder, "put");
        Shell($"{make.Replace("{0}", path, StringComparison.Ordinal)} && chown -h daemon {path}");
        foreach (var asked in new[] { path, Path.Combine(path, "below") })
        {
            var refused = Assert.Throws<StateException>(() => PrivateFolder.Ensure(asked));
            Assert.Contains("of daemon", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void One_s_own_link_is_followed_and_what_it_leads_to_is_looked_at_too()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "real"));
        File.CreateSymbolicLink(Path.Combine(_folder, "link"), "real/../real");
        Assert.Equal(Path.Combine(_folder, "real/below"), PrivateFolder.Ensure(Path.Combine(_folder, "link/below")));
        Shell($"chmod 777 {_folder}/real");
        Assert.Throws<StateException>(() => PrivateFolder.Ensure(Path.Combine(_folder, "link/below")));
        File.CreateSymbolicLink(Path.Combine(_folder, "loop"), "loop");
        Assert.Throws<StateException>(() => PrivateFolder.Ensure(Path.Combine(_folder, "loop")));
    }

    [Fact]
    public void The_shared_folder_must_be_root_s()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can give a folder to another");
        Shell($"mkdir {_folder}/lock && chmod 1777 {_folder}/lock");
        Assert.Equal($"{_folder}/lock", PrivateFolder.Shared($"{_folder}/lock"));
        Shell($"chmod 777 {_folder}/lock");
        Assert.Throws<StateException>(() => PrivateFolder.Shared($"{_folder}/lock"));
        Shell($"chmod 1777 {_folder}/lock; chown daemon {_folder}/lock");
        Assert.Throws<StateException>(() => PrivateFolder.Shared($"{_folder}/lock"));
    }

    private static string Mode(string path) => Convert.ToString((int)File.GetUnixFileMode(path), 8);

    private static void Shell(string script)
    {
        using var shell = Process.Start("/bin/sh", ["-c", $"umask 0; {script}"]);
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }
}
