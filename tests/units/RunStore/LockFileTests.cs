using System.Diagnostics;
using OpsRestart.Adapters.RunStore;

namespace OpsRestart.Tests.Units.RunStore;

public sealed class LockFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("opsrestart-lockfile-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_link_is_not_followed()
    {
        var victim = Path.Combine(_folder, "victim");
        File.WriteAllText(victim, "precious");
        File.CreateSymbolicLink(At, victim);
        TakeOrRefuse();
        Assert.Equal("precious", File.ReadAllText(victim));
        Assert.Null(new FileInfo(victim).LinkTarget);
    }

    [Fact]
    public void A_link_to_nothing_makes_no_file_there()
    {
        var nothing = Path.Combine(_folder, "nothing");
        File.CreateSymbolicLink(At, nothing);
        TakeOrRefuse();
        Assert.False(File.Exists(nothing));
    }

    [Fact]
    public void A_pipe_is_not_waited_for()
    {
        using (var made = Process.Start("mkfifo", [At]))
        {
            made.WaitForExit();
        }

        TakeOrRefuse();
    }

    [Fact]
    public void A_folder_with_something_in_it_is_refused_by_name()
    {
        Directory.CreateDirectory(Path.Combine(At, "below"));
        var refused = Assert.Throws<StateException>(() => LockFile.TryTake(At));
        Assert.Contains("a folder", refused.Message, StringComparison.Ordinal);
        Assert.Contains("remove it", refused.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_user_may_open_it_and_only_its_maker_write_it()
    {
        using var held = LockFile.TryTake(At);
        Assert.Equal("644", Convert.ToString((int)File.GetUnixFileMode(At), 8));
        Assert.Equal(0, new FileInfo(At).Length);
    }

    [Fact]
    public void One_that_is_taken_away_while_it_is_held_is_not_the_same_lock_but_a_new_one()
    {
        using var first = LockFile.TryTake(At);
        Assert.Null(LockFile.TryTake(At));
        File.Delete(At);
        using var second = LockFile.TryTake(At);
        Assert.NotNull(second);
    }

    private string At => Path.Combine(_folder, "opsrestart-x.lock");

    /// <summary>Root takes away what is in the way; a user is told.</summary>
    private void TakeOrRefuse()
    {
        if (Environment.IsPrivilegedProcess)
        {
            using var held = LockFile.TryTake(At);
            Assert.NotNull(held);
            Assert.Null(new FileInfo(At).LinkTarget);
        }
        else
        {
            Assert.Throws<StateException>(() => LockFile.TryTake(At));
        }
    }
}
