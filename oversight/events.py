from audit.actions import register

register({"audit.exported": "xuất nhật ký ra tệp ({rows} dòng)"})
