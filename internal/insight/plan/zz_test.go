package plan
import ("testing";"os";"preau/internal/base/authz";"net/url";"preau/internal/base/i18n";"preau/internal/territory/programme";"strings";"fmt")
func TestDump(t *testing.T){
 s:=open(t); s.as(authz.NationalPilot)
 _,_,b:=s.ask(t,"GET","/plan","fr",nil); os.WriteFile("/tmp/plan.html",[]byte(b),0o644)
 _,to,_:=s.ask(t,"POST","/plans","fr",url.Values{"scenario":{"need"}})
 _,_,b=s.ask(t,"GET",to,"fr",nil); os.WriteFile("/tmp/kept.html",[]byte(b),0o644)
 _,_,b=s.ask(t,"GET",to+"?show=left","fr",nil); os.WriteFile("/tmp/left.html",[]byte(b),0o644)
 _,_,b=s.ask(t,"GET",to+"/schools/0951099V","fr",nil); os.WriteFile("/tmp/told.html",[]byte(b),0o644)
 catalog,_:=i18n.Load(programme.Messages,Messages)
 p,schools:=tne(t),real(t,"schools-02-95.csv")
 pl,_:=Build(p,schools,Options{})
 n:=0
 for _,l:=range pl.LeftOut { if l.Measure=="walls" && l.Rank>0 { n++; if n==3 { e,_:=Explain(p,schools,Options{},l.School); fmt.Println(strings.Join(e.Sentences(catalog.In("fr"),p),"\n")); fmt.Println(strings.Join(e.Sentences(catalog.In("en"),p),"\n")) } } }
}
