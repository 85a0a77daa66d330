using OpsRestart.Adapters.Probes;

namespace OpsRestart.Tests.Units.Probes;

public sealed class MemoryControllerTests
{
    [Theory]
    [InlineData("cpu memory pids\n", false)]
    [InlineData("cpu pids\n", true)]
    [InlineData("\n", true)]
    [InlineData(null, false)]
    public void Is_missing_where_cgroup_v2_does_not_list_it(string? controllers, bool missing)
    {
        var folder = Directory.CreateTempSubdirectory("memory-controller-").FullName;
        try
        {
            if (controllers is not null)
            {
                File.WriteAllText(Path.Combine(folder, "cgroup.controllers"), controllers);
            }

            Assert.Equal(missing, MemoryController.IsMissing(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
