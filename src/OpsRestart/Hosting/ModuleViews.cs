namespace OpsRestart.Hosting;

/// <summary>
/// Text for the views of module/OpsRestart.Format.ps1xml. A view can only name types of this assembly; what draws the tables is in the
/// private context and puts itself here when the module is imported.
/// </summary>
public static class ModuleViews
{
    private static Func<object, int, string>? _draw;

    /// <summary>Called by the module's assembly.</summary>
    public static void Register(Func<object, int, string> drawing) => _draw = drawing;

    /// <summary>
    /// The lines of a run or a plan as a table of the given width, with ANSI colours (PowerShell takes them out where they are not wanted).
    /// </summary>
    public static string[] Draw(object item, int width) => (_draw?.Invoke(item, width) ?? item?.ToString() ?? "").Split('\n');
}
