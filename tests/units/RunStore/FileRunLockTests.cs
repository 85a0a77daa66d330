using System.Diagnostics;
using OpsRestart.Adapters.RunStore;
using OpsRestart.Core.Runs;

namespace OpsRestart.Tests.Units.RunStore;

public sealed class FileRunLockTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("opsrestart-lock-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_second_of_two_runs_is_told_who_holds_the_lock()
    {
        await using var first = await AcquireAsync(_folder, "run-1");
        var refused = await Assert.ThrowsAsync<OpsRestartException>(() => AcquireAsync(_folder, "run-2"));
        Assert.Equal(OpsError.RunInProgress, refused.Error);
        Assert.Contains("run run-1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_given_back_can_be_taken_again()
    {
        await (await AcquireAsync(_folder, "run-1")).DisposeAsync();
        await (await AcquireAsync(_folder, "run-2")).DisposeAsync();
    }

    [Fact]
    public async Task Another_process_that_holds_the_lock_is_named_as_the_kernel_names_it()
    {
        using var holder = Process.Start(
            new ProcessStartInfo("flock", [Path.Combine(_folder, "stack.lock"), "sh", "-c", "echo held; read x"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync());
        var refused = await Assert.ThrowsAsync<OpsRestartException>(() => AcquireAsync(_folder, "run-1"));
        Assert.Equal(OpsError.RunInProgress, refused.Error);
        Assert.Contains($"(pid {holder.Id})", refused.Message, StringComparison.Ordinal);
        holder.StandardInput.Close();
        await holder.WaitForExitAsync();
        await (await AcquireAsync(_folder, "run-2")).DisposeAsync();
    }

    [Fact]
    public async Task What_a_killed_run_had_found_running_is_told_to_the_next_and_only_to_it()
    {
        await using (var killed = await AcquireAsync(_folder, "run-1"))
        {
            Assert.Null(killed.Before);
            await killed.RememberAsync(["db", "web"], CancellationToken.None);

            // Its end takes the file away; one that is killed leaves it.
            File.Copy(Record, Record + ".kept");
        }

        File.Move(Record + ".kept", Record);
        await using (var next = await AcquireAsync(_folder, "run-2"))
        {
            Assert.Equal(("run-1", "Restart"), (next.Before!.RunId, next.Before.Operation));
            Assert.Equal(["db", "web"], next.Before.Running);
        }

        await using var last = await AcquireAsync(_folder, "run-3");
        Assert.Null(last.Before);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("17")]
    [InlineData("{}")]
    [InlineData("{\"RunId\":null,\"Operation\":null,\"User\":null}")]
    [InlineData("{\"RunId\":\"r\",\"Operation\":\"Restart\",\"Pid\":\"x\",\"User\":\"u\"}")]
    [InlineData("{\"RunId\":\"r\",\"Operation\":\"Dance\",\"Pid\":1,\"User\":\"u\",\"Since\":\"2026-01-01T00:00:00Z\"}")]
    [InlineData(
        "{\"RunId\":\"r\",\"Operation\":\"Restart\",\"Pid\":1,\"User\":\"u\",\"Since\":\"2026-01-01T00:00:00Z\",\"Running\":[null]}"
    )]
    [InlineData("{\"RunId\":\"\\u001b]0;x\\u0007\",\"Operation\":\"Restart\",\"Pid\":1,\"User\":\"u\",\"Since\":\"2026-01-01T00:00:00Z\"}")]
    [InlineData("{\"RunId\":\"\\ud800\",\"Operation\":\"Restart\",\"Pid\":1,\"User\":\"u\",\"Since\":\"2026-01-01T00:00:00Z\"}")]
    [InlineData("{\"RunId\":\"r\",\"Operation\":\"Rest")]
    [InlineData("\0\0\0\0")]
    [InlineData("{\"RunId\":\"r\",\"Operation\":\"Restart\",\"Pid\":99999999999,\"User\":\"u\"}")]
    public async Task A_record_of_another_shape_is_none(string text)
    {
        await File.WriteAllTextAsync(Record, text);
        await using var held = await AcquireAsync(_folder, "run-1");
        Assert.Null(held.Before);
    }

    [Fact]
    public async Task A_record_without_end_is_none()
    {
        await using (var file = File.Create(Record))
        {
            file.SetLength(1L << 40);
        }

        await using var held = await AcquireAsync(_folder, "run-1");
        Assert.Null(held.Before);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("file/below")]
    public async Task A_folder_that_can_t_be_used_is_not_called_another_run(string folder)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "");
        var refused = await Assert.ThrowsAsync<OpsRestartException>(() => AcquireAsync(Path.Combine(_folder, folder), "run-1"));
        Assert.Equal(OpsError.AccessDenied, refused.Error);
        Assert.Contains("OPSRESTART_STATE_DIR", refused.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_the_holder_can_t_be_named_does_not_keep_the_lock()
    {
        Directory.CreateDirectory(Record);
        await (await AcquireAsync(_folder, "run-1")).DisposeAsync();
        await (await AcquireAsync(_folder, "run-2")).DisposeAsync();
    }

    [Fact]
    public async Task Locks_that_NET_is_told_not_to_take_are_taken_all_the_same()
    {
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_IO_DISABLEFILELOCKING", "1");
        await using var first = await AcquireAsync(_folder, "run-1");
        await Assert.ThrowsAsync<OpsRestartException>(() => AcquireAsync(_folder, "run-2"));
    }

    private string Record => Path.Combine(_folder, "stack.json");

    private static Task<IHeldRunLock> AcquireAsync(string folder, string run) =>
        new FileRunLock(new ServiceGraph { Name = "stack", Nodes = [] }, TimeProvider.System, folder).AcquireAsync(
            "stack",
            run,
            GraphOperation.Restart,
            CancellationToken.None
        );
}
