using OpsRestart.Core.Reports;
using OpsRestart.Hosting;

namespace OpsRestart.Views;

/// <summary>Makes the drawn views known when the module is imported, and paints them.</summary>
public sealed class ViewRegistration : IModuleAssemblyInitializer
{
    public void OnImport() =>
        ModuleViews.Register(
            static (item, width) =>
                (item is PSObject wrapped ? wrapped.BaseObject : item) switch
                {
                    ServiceGraphRun run => Draw(RunTable.Page(run, width, withFailure: true)),
                    ServiceGraphPlan plan => Draw(PlanTable.Page(plan, width)),
                    _ => item.ToString() ?? "",
                }
        );

    private static string Draw(TextPage page) =>
        string.Join('\n', page.Lines.Select(static l => string.Concat(l.Select(static c => Painted(c.Text, Sequence(c.Paint))))));

    private static string Painted(string text, string sequence) => sequence.Length == 0 ? text : $"{sequence}{text}\e[0m";

    /// <summary>As PowerShell paints errors, warnings and the headings of tables.</summary>
    private static string Sequence(Paint paint) =>
        paint switch
        {
            Paint.None => "",
            Paint.Good => "\e[32m",
            Paint.Warning => "\e[33;1m",
            Paint.Bad => "\e[31;1m",
            Paint.Faint => "\e[90m",
            Paint.Strong => "\e[1m",
            _ => "\e[32;1m",
        };
}
