using System.Xml.Linq;

namespace OpsRestart.Tests.Units.Architecture;

/// <summary>The sources and the built assemblies of the rooms.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static XDocument Project(string room) => XDocument.Load(Path.Combine(Root, "src", room, room + ".csproj"));

    public static IEnumerable<string> Sources(string room) =>
        Directory
            .EnumerateFiles(Path.Combine(Root, "src", room), "*.cs", SearchOption.AllDirectories)
            .Where(static f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));

    /// <summary>
    /// The assembly that this test program was built with; the module's is not among them, and is taken from where PowerShell takes it.
    /// </summary>
    public static string Assembly(string room)
    {
        var beside = Path.Combine(AppContext.BaseDirectory, room + ".dll");
        return File.Exists(beside) ? beside : Path.Combine(Root, "module", "bin", room + ".dll");
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OpsRestart.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"no repository above {AppContext.BaseDirectory}");
        }

        return folder.FullName;
    }
}
